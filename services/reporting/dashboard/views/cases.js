// The persons behind a figure, a page at a time: numbers of cases, no names. Who is behind a number is asked elsewhere, where it is noted who asked.

import { h } from "../dom.js";
import { count, digits } from "../format.js";
import { areaName, link, section, table } from "../parts.js";
import { ask, report } from "../reports.js";
import { told, word } from "../words.js";

const ROWS = 50;

/** What the view shows of the area: the list, and the words of its figure. */
export async function load({ area, query }) {
  const { report: name = "year", figure = "declared_in_all", round, cursor } = query;
  const [list, words] = await Promise.all([ask(`reports/${name}/cases`, { area, figure, round, cursor, limit: ROWS }), report(name, { area, round })]);
  return { list, words };
}

/** The view. */
export function draw({ list, words }, { names, area, query }) {
  const heading = `${told(words, "title")}: ${digits(told(words.definitions[list.figure], "label"))}`;
  const columns = [
    { label: word("caseNumber"), value: (one) => one.holder_id, head: true },
    { label: word("area"), value: (one) => (one.district ? areaName(names, one.district) : "–") },
    { label: word("officer"), value: (one) => one.officer_id ?? "–" },
  ];
  const next = list.next_cursor && h("a", { href: link("cases", { ...query, area, cursor: list.next_cursor }), id: "next-page" }, word("next"));
  return [section("list", heading, h("p", {}, `${word("persons")}: `, h("strong", { id: "persons" }, count(list.persons))), table("list-table", heading, columns, list.items, { hidden: true }), h("p", {}, next))];
}
