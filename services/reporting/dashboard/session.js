// Sign-in by the authorization-code flow with PKCE. The token lies in this tab's session storage: it survives a reload, no other tab
// and no cookie has it, and it goes with the tab. There is no refresh token; when the token has ended one signs in again.

const SESSION = "sukjai.session";
const FLOW = "sukjai.sign-in";
const EARLY_MS = 10_000;
const AREAS = ["COUNTRY", "PROVINCE", "DISTRICT"];

/** Sign-in did not work; `reason` is what the issuer said. */
export class SignInFailed extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** The page's own address, which the issuer knows exactly. */
function here() {
  return location.origin + location.pathname;
}

/** Go to the issuer; one comes back to where one was. */
export async function signIn(config) {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(48)));
  const state = base64url(crypto.getRandomValues(new Uint8Array(24)));
  sessionStorage.setItem(FLOW, JSON.stringify({ verifier, state, hash: location.hash }));
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: config.client_id,
    redirect_uri: here(),
    scope: config.scope,
    state,
    code_challenge: challenge,
    code_challenge_method: "S256",
  });
  location.assign(`${config.authorization_url}?${asked}`);
}

/** Take the answer of the issuer out of the address, where there is one. Raises SignInFailed. */
export async function finishSignIn(config) {
  const answer = new URLSearchParams(location.search);
  if (!answer.has("state")) return;
  const flow = JSON.parse(sessionStorage.getItem(FLOW) ?? "{}");
  sessionStorage.removeItem(FLOW);
  history.replaceState(null, "", here() + (flow.hash ?? ""));
  if (answer.get("state") !== flow.state) throw new SignInFailed("state");
  if (answer.has("iss") && answer.get("iss") !== config.issuer) throw new SignInFailed("iss");
  if (answer.has("error")) throw new SignInFailed(answer.get("error_description") ?? answer.get("error"));
  const got = await fetch(config.token_url, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: answer.get("code") ?? "",
      redirect_uri: here(),
      client_id: config.client_id,
      code_verifier: flow.verifier,
    }),
  });
  const token = await got.json();
  if (!got.ok) throw new SignInFailed(token.error_description ?? token.error);
  sessionStorage.setItem(SESSION, JSON.stringify({ token: token.access_token, until: Date.now() + 1000 * token.expires_in }));
}

/** The token; null without one that is still good. */
export function token() {
  const session = JSON.parse(sessionStorage.getItem(SESSION) ?? "null");
  return session !== null && Date.now() < session.until - EARLY_MS ? session.token : null;
}

/** Who signed in and the area that they reach (empty for the country, and for who reaches no area but the own cases or lines), for the eyes only: what is shown is decided by the service. */
export function person() {
  const claims = JSON.parse(new TextDecoder().decode(fromBase64url(token().split(".")[1])));
  const { level, code = "" } = claims.reach;
  return { name: claims.preferred_username ?? claims.sub, level, area: AREAS.includes(level) ? code : "", seesPersons: claims.scope.split(" ").includes("reporting.cases:read") };
}

/** Forget the token. */
export function forget() {
  sessionStorage.removeItem(SESSION);
}

/** Sign out here and, where the issuer keeps a session of its own, there. */
export function signOut(config) {
  forget();
  history.replaceState(null, "", here());
  if (config.end_session_url) {
    location.assign(`${config.end_session_url}?${new URLSearchParams({ client_id: config.client_id, post_logout_redirect_uri: here() })}`);
  } else {
    location.reload();
  }
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64url(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}
