// The page: who is here, which view of which area, and what is new.

import { h, redraw } from "./dom.js";
import { digits } from "./format.js";
import { follow } from "./live.js";
import { areaName, link } from "./parts.js";
import { dress } from "./preferences.js";
import { own } from "./reports.js";
import { finishSignIn, person, signIn, token } from "./session.js";
import { banner, freshness, trail, viewsOf, ways } from "./shell.js";
import { word } from "./words.js";
import * as agencies from "./views/agencies.js";
import * as cases from "./views/cases.js";
import * as money from "./views/money.js";
import * as overdue from "./views/overdue.js";
import * as overview from "./views/overview.js";
import * as timeline from "./views/timeline.js";

const VIEW = { agencies, cases, money, overdue, overview, timeline };
const REFRESH_MS = 5_000;

const page = document.getElementById("page");
const state = { config: null, names: {}, failed: null, shown: null, live: false, news: null, stop: null, following: null };

/** Which view of which area the address names. */
function route() {
  const [path, query = ""] = location.hash.replace(/^#\//, "").split("?");
  const asked = Object.fromEntries(new URLSearchParams(query));
  const views = viewsOf(person());
  return { view: views.includes(path) ? path : (views[0] ?? "overview"), area: asked.area ?? person().area, query: asked };
}

/** Everything anew: after a step to another view or area, a sign-in, a choice of language. */
async function show({ focus = false } = {}) {
  dress();
  if (token() === null) return gate();
  const place = route();
  const context = { ...place, who: person(), names: state.names, again: () => draw() };
  state.shown = { context, data: null, problem: null };
  draw();
  const asked = state.shown;
  if (viewsOf(context.who).includes("overview")) listen(context.area);
  try {
    asked.data = await VIEW[context.view].load(context);
  } catch (problem) {
    asked.problem = problem;
  }
  if (asked !== state.shown) return undefined;
  state.news = null;
  draw();
  if (focus) document.getElementById("title").focus();
  return undefined;
}

/** What is known now, on the page. */
function draw() {
  dress();
  if (token() === null) return gate();
  const { context, data, problem } = state.shown;
  const heading = `${word(context.view)}: ${areaName(state.names, context.area)}`;
  document.title = `${digits(heading)} · ${word("title")}`;
  const first = data && Object.values(data).find((one) => one?.as_of);
  redraw(
    page,
    banner(state.config, true, draw),
    ways(context.view, context.area),
    h(
      "main",
      { id: "main", tabindex: "-1", "aria-busy": String(!data && !problem) },
      trail(context.view, context.area, state.names),
      h("h1", { id: "title", tabindex: "-1" }, heading),
      first && freshness(first, state.live),
      problem ? trouble(problem) : data ? VIEW[context.view].draw(data, context) : h("p", { role: "status" }, word("loading")),
    ),
  );
  return undefined;
}

/** What there is for who is not signed in. */
function gate() {
  state.stop?.();
  state.following = null;
  document.title = `${word("signIn")} · ${word("title")}`;
  const { config } = state;
  const can = config.authorization_url && config.token_url;
  const why = state.failed ? `${word("signInFailed")} (${state.failed.reason ?? state.failed.message})` : state.shown ? word("ended") : null;
  redraw(
    page,
    banner(config, false, gate),
    h(
      "main",
      { id: "main", tabindex: "-1", class: "gate" },
      h("h1", { id: "title", tabindex: "-1" }, word("title")),
      h("p", {}, word("subtitle")),
      why && h("p", { role: "alert" }, why),
      can ? [h("p", {}, word("signInFirst")), h("button", { type: "button", id: "sign-in", class: "main-action", click: () => signIn(config) }, word("signIn"))] : h("p", { role: "alert" }, word("noSignIn")),
    ),
  );
}

function trouble(problem) {
  const gone = problem.status === 404;
  return h(
    "div",
    { role: "alert", class: "trouble" },
    h("h2", {}, word(gone ? "outOfReach" : "failed")),
    h("p", {}, gone ? word("outOfReachMore") : (problem.detail ?? problem.message)),
    problem.correlationId && !gone && h("p", { class: "small" }, `${word("quote")}: ${problem.correlationId}`),
    gone ? h("p", {}, h("a", { href: link(state.shown.context.view), id: "own-area" }, word("toOwnArea"))) : h("button", { type: "button", click: () => show() }, word("again")),
  );
}

/** Follow what is new of the area, once an area. */
function listen(area) {
  if (state.following === area) return;
  state.stop?.();
  state.following = area;
  state.stop = follow("live", { area }, { hear, change: (live) => ((state.live = live), draw()) });
}

/** News: the overview has all of it in hand; other views ask again, but not for each event. */
function hear(news) {
  const { shown } = state;
  const { take } = VIEW[shown.context.view];
  if (shown.problem) {
    show();
  } else if (!shown.data) {
    return;
  } else if (take) {
    shown.data = take(shown.data, news);
    draw();
  } else if (state.news === null) {
    state.news = setTimeout(async () => {
      const asked = state.shown;
      const data = await VIEW[asked.context.view].load(asked.context).catch(() => null);
      state.news = null;
      if (data !== null && asked === state.shown) {
        asked.data = data;
        draw();
      }
    }, REFRESH_MS);
  }
}

async function start() {
  dress();
  state.config = await (await fetch("dashboard/config.json")).json();
  try {
    await finishSignIn(state.config);
  } catch (failure) {
    state.failed = failure;
  }
  addEventListener("hashchange", () => {
    if (location.hash === "" || location.hash.startsWith("#/")) show({ focus: true });
  });
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details")) one.open = true;
  });
  own("areas.json").then((names) => {
    state.names = names;
    if (state.shown) {
      state.shown.context.names = names;
      draw();
    }
  });
  await show();
}

start();
