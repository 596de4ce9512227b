// Parts that several views are made of.

import { h } from "./dom.js";
import { count, digits } from "./format.js";
import { said, told, word } from "./words.js";

/** The address of a view in the page. */
export function link(view, query = {}) {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
  return `#/${view}${asked.size ? `?${asked}` : ""}`;
}

/** A section with its heading. */
export function section(id, heading, ...content) {
  return h("section", { "aria-labelledby": `${id}-heading`, id }, h("h2", { id: `${id}-heading` }, heading), ...content);
}

/**
 * A table that scrolls by itself where the screen is narrow. A column is `{label, value, number, head}`: `value` makes a cell's text or
 * element of a row, `head` marks the column that names the row.
 */
export function table(id, caption, columns, rows, { hidden = false } = {}) {
  const name = h("caption", { class: hidden ? "hidden" : null }, caption);
  const head = h("tr", {}, columns.map((one) => h("th", { scope: "col", class: one.number ? "number" : null }, one.label)));
  const body = rows.map((row) => h("tr", {}, columns.map((one) => cell(one, row))));
  const inner = h("table", {}, name, h("thead", {}, head), h("tbody", {}, body));
  return h("div", { class: "scroll", role: "group", "aria-label": caption, tabindex: "0", id }, inner);
}

function cell(column, row) {
  const kind = column.number ? "number" : null;
  return column.head ? h("th", { scope: "row" }, column.value(row)) : h("td", { class: kind }, column.value(row));
}

/** Something to unfold. */
export function unfold(id, summary, ...content) {
  return h("details", { id }, h("summary", { id: `${id}-summary` }, summary), ...content);
}

/** What the figures of the reports mean, in the reports' own words. */
export function meanings(id, ...reports) {
  const entries = reports.flatMap((one) => Object.entries(one.definitions).map(([name, words]) => [`${one.report}.${name}`, words]));
  const list = entries.flatMap(([, words]) => [
    h("dt", {}, digits(told(words, "label"))),
    h("dd", {}, digits(`${told(words, "numerator")} · ${told(words, "denominator")}`), " ", h("small", { lang: "en" }, words.sources.join(", "))),
  ]);
  return unfold(id, word("meaning"), h("dl", { class: "meanings" }, list));
}

/** A bar that stands for a share between 0 and 1; the number is told beside it. */
export function bar(share) {
  return h("span", { class: "bar", "aria-hidden": "true", vars: { "--share": String(Math.max(0, Math.min(1, share || 0))) } });
}

/** A choice with its label; `options` are pairs of value and text. */
export function choice(id, label, options, chosen, change) {
  const list = options.map(([value, text]) => h("option", { value, selected: String(value) === String(chosen) }, text));
  return h("p", { class: "choice" }, h("label", { for: id }, label), h("select", { id, change: (event) => change(event.target.value) }, list));
}

/** The name of an area by its code; `names` is the page's list. */
export function areaName(names, code) {
  if (code === "") return word("country");
  const found = names[code];
  return found ? said(...found) : digits(code);
}

/** A count that leads to the list of the persons whom it counts, for who may see them. */
export function listed({ area, who }, report, figure, persons, more = {}) {
  const shown = count(persons);
  if (!who.seesPersons || !persons) return shown;
  return h("a", { href: link("cases", { area, report, figure, ...more }), id: `list-${report}-${figure}-${more.round ?? ""}` }, shown);
}
