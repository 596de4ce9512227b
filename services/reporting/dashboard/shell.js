// What stands around every view: title, ways, area, display, the person.

import { h } from "./dom.js";
import { count, day, moment } from "./format.js";
import { areaName, choice, link } from "./parts.js";
import { preferences, prefer } from "./preferences.js";
import { person, signOut } from "./session.js";
import { word } from "./words.js";

const VIEWS = ["overview", "timeline", "money", "agencies", "overdue"];
// Who reaches no area has the reports of the own house alone.
const VIEWS_OF = { AGENCY: ["agencies"], BANK: ["money"], EMPLOYER: [] };

// These count persons however few, and are for who may see persons.
const OF_PERSONS = ["timeline", "money", "agencies", "cases"];

/** The views that somebody has; the first is what is shown at the beginning. */
export function viewsOf({ level, seesPersons }) {
  const found = VIEWS_OF[level] ?? [...VIEWS, "cases"];
  return seesPersons ? found : found.filter((view) => !OF_PERSONS.includes(view));
}

/** Title and display, for everybody. `again` draws the page anew. */
export function banner(config, signedIn, again) {
  const who = signedIn ? person() : null;
  const display = [
    h("button", { type: "button", id: "language", lang: preferences.language === "th" ? "en" : "th", click: () => show({ language: other() }) }, word("language")),
    preferences.language === "th" &&
      h("button", { type: "button", id: "digits", "aria-pressed": String(preferences.thaiDigits), click: () => show({ thaiDigits: !preferences.thaiDigits }) }, word("thaiDigits")),
    choice("theme", word("theme"), ["system", "light", "dark"].map((one) => [one, word(one)]), preferences.theme, (theme) => show({ theme })),
    signedIn && h("button", { type: "button", id: "print", click: () => print() }, word("print")),
    signedIn && h("button", { type: "button", id: "sign-out", click: () => signOut(config) }, word("signOut")),
  ];
  const show = (changes) => {
    prefer(changes);
    again();
  };
  return h(
    "header",
    { class: "banner" },
    h("button", { type: "button", class: "skip", click: () => document.getElementById("main").focus() }, word("skip")),
    h("p", { class: "brand" }, h("strong", {}, word("title")), " ", h("span", {}, word("subtitle"))),
    h("div", { class: "display", role: "group", "aria-label": word("settings") }, display),
    who && h("p", { class: "who" }, `${word("signedInAs")}: `, h("strong", {}, who.name)),
  );
}

function other() {
  return preferences.language === "th" ? "en" : "th";
}

/** The views, of which one is shown. */
export function ways(view, area) {
  const list = viewsOf(person()).filter((one) => one !== "cases").map((one) => h("li", {}, h("a", { href: link(one, { area }), id: `way-${one}`, "aria-current": one === view ? "page" : null }, word(one))));
  return h("nav", { class: "ways", "aria-label": word("views") }, h("ul", {}, list));
}

/** From what one reaches down to the area that is shown. */
export function trail(view, area, names) {
  const who = person();
  const codes = ["", area.slice(0, 2), area].filter((code, place, all) => all.indexOf(code) === place && code.startsWith(who.area) && area.startsWith(code));
  const list = codes.map((code) =>
    h("li", {}, code === area ? h("span", { "aria-current": "location" }, areaName(names, code)) : h("a", { href: link(view, { area: code }), id: `area-${code}` }, areaName(names, code))),
  );
  return h("nav", { class: "trail", "aria-label": word("whereYouAre") }, h("ol", {}, list));
}

/** As of when the figures are, and whether news comes by itself. */
export function freshness(answer, live) {
  const behind = answer.events_behind === null ? word("unknown") : count(answer.events_behind);
  return h(
    "p",
    { class: "freshness" },
    h("span", { class: live ? "live on" : "live", id: "live" }, live ? word("live") : word("notLive")),
    ` ${word("today")} `,
    h("strong", { id: "business-day" }, day(answer.as_of)),
    ` · ${word("asOf")} ${moment(answer.as_of)} · ${word("behind")}: `,
    h("span", { class: answer.events_behind ? "stale" : null }, behind),
  );
}
