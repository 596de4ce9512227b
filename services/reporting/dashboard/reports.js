// What the page asks of the service, as the person who signed in.

import { preferences } from "./preferences.js";
import { forget, token } from "./session.js";

/** An answer that is no figure: `status` of HTTP, words in the language of the page, and the id to quote to an operator. */
export class Problem extends Error {
  constructor(status, document) {
    super(document.title ?? String(status));
    this.status = status;
    this.detail = document.detail ?? "";
    this.correlationId = document.correlation_id ?? "";
  }
}

/** Headers of every call. */
export function headers() {
  return { Authorization: `Bearer ${token() ?? ""}`, "Accept-Language": preferences.language };
}

/** The address of a path of this service with a query; what is empty is left out. */
export function address(path, query = {}) {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined));
  return `v1/${path}${asked.size ? `?${asked}` : ""}`;
}

/** The JSON of a path. Raises Problem. */
export async function ask(path, query) {
  const answer = await fetch(address(path, query), { headers: headers() });
  const body = await answer.json().catch(() => ({}));
  if (answer.status === 401) forget();
  if (!answer.ok) throw new Problem(answer.status, body);
  return body;
}

/** A report. Raises Problem. */
export function report(name, query) {
  return ask(`reports/${name}`, query);
}

const files = new Map();

/** A JSON file of the page's own edition, asked for once. */
export function own(name) {
  if (!files.has(name)) files.set(name, fetch(`dashboard/${document.documentElement.dataset.edition}/${name}`).then((answer) => answer.json()));
  return files.get(name);
}
