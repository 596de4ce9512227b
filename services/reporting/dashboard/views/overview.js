// The year at a glance: the funnel, the areas beside each other on a map and in a table.

import { h } from "../dom.js";
import { baht, count, digits, percent, share } from "../format.js";
import { provinces, tiles } from "../map.js";
import { areaName, bar, choice, link, listed, meanings, section, table, unfold } from "../parts.js";
import { prefer, preferences } from "../preferences.js";
import { own, report } from "../reports.js";
import { told, word } from "../words.js";

// The steps, and the figure that each is a part of: homes are visited of those who were left for it, not of those who came by themselves.
const FUNNEL = {
  card_holders: null,
  declared_in_all: "card_holders",
  visited: "left_for_home_visits",
  interviewed: "declared_in_all",
  planned: "interviewed",
  referred: "planned",
  in_development: "referred",
  rose_above_30000: "in_development",
};
const MEASURES = {
  coverage: ["declared", "card_holders"],
  interviewedShare: ["interviewed", "declared"],
  plannedShare: ["planned", "interviewed"],
  referredShare: ["referred", "planned"],
  developedShare: ["in_development", "referred"],
  roseShare: ["rose_above_30000", "in_development"],
  overdueShare: ["overdue", "visit_group"],
};
const SCALES = [1, 10, 100, 1000];

/** What the view shows of the area. */
export async function load({ area, who }) {
  const [year, areas, drawing] = await Promise.all([
    report("year", { area }),
    who.level === "OFFICER" ? null : report("areas", { area }),
    own("map.json"),
  ]);
  return { year, areas, drawing };
}

/** Whether the live stream's figures are all that the view needs. */
export function take(data, live) {
  return { ...data, year: live.year, areas: live.areas };
}

/** The view. */
export function draw({ year, areas, drawing }, context) {
  return [
    section("funnel", word("funnel"), funnel(year.figures.figures, context)),
    areas && section("areas", context.area === "" ? word("map") : word("districts"), ...beside(areas, drawing, context)),
    year.figures.figures.some((one) => one.comparison) && section("published", word("comparison"), ...published(year.figures.figures, context)),
    meanings("overview-meanings", year, ...(areas ? [areas] : [])),
  ];
}

function funnel(figures, context) {
  const known = Object.fromEntries(figures.map((one) => [one.figure, one]));
  const steps = Object.keys(FUNNEL).map((name) => known[name]);
  const whole = known.card_holders.persons;
  const based = (one) => {
    const base = known[FUNNEL[one.figure]];
    return base ? [percent(one.persons, base.persons), h("small", {}, ` ${digits(told(base, "label"))}`)] : "–";
  };
  const columns = [
    { label: word("step"), value: (one) => digits(told(one, "label")), head: true },
    { label: word("persons"), value: (one) => h("strong", { id: `figure-${one.figure}` }, listed(context, "year", one.figure, one.persons)), number: true },
    { label: word("ofEligible"), value: (one) => h("span", { class: "barred" }, bar(share(one.persons, whole)), percent(one.persons, whole)), number: true },
    { label: word("ofBase"), value: based },
  ];
  return table("funnel-table", word("funnel"), columns, steps, { hidden: true });
}

function beside(areas, drawing, context) {
  const measure = MEASURES[context.query.measure] ? context.query.measure : "coverage";
  const [part, whole] = MEASURES[measure];
  const rows = areas.figures.rows;
  const shares = Object.fromEntries(rows.map((row) => [row.area, share(row[part], row[whole])]));
  const query = { measure: measure === "coverage" ? "" : measure };
  const choose = (chosen) => (location.hash = link("overview", { area: context.area, measure: chosen }));
  const picture = context.area === "" ? provinces(drawing, context.names, shares, query) : context.area.length === 2 ? tiles(context.names, shares, query) : [];
  const go = (row) => (row.area === context.area ? areaName(context.names, row.area) : h("a", { href: link("overview", { ...query, area: row.area }), id: `row-${row.area}` }, areaName(context.names, row.area)));
  const figure = (name) => ({ label: digits(told(areas.definitions[name], "label")), value: (row) => count(row[name]), number: true });
  const columns = [
    { label: word("area"), value: go, head: true },
    { label: word("percent"), value: (row) => percent(row[part], row[whole]), number: true },
    ...["card_holders", "visit_group", "declared", "visited", "interviewed", "planned", "referred", "in_development", "completed", "rose_above_30000", "overdue"].map(figure),
    { label: word("baht"), value: (row) => baht(row.paid_satang), number: true },
  ];
  return [
    choice("measure", word("measure"), Object.keys(MEASURES).map((one) => [one, word(one)]), measure, choose),
    h("div", { class: "beside" }, h("div", { class: "picture" }, ...picture), table("areas-table", word(measure), columns, rows)),
    h("p", { class: "small" }, word("boundaries")),
  ];
}

function published(figures, context) {
  const scale = Number(preferences.scale);
  const change = (chosen) => {
    prefer({ scale: Number(chosen) });
    context.again();
  };
  const columns = [
    { label: word("step"), value: (one) => digits(told(one, "label")), head: true },
    { label: word("persons"), value: (one) => count(one.persons), number: true },
    { label: word("published"), value: (one) => count(Math.round(one.comparison.published / scale)), number: true },
    { label: word("difference"), value: (one) => count(Math.round(one.persons - one.comparison.published / scale)), number: true },
  ];
  const rows = figures.filter((one) => one.comparison);
  return [
    choice("scale", word("scale"), SCALES.map((one) => [one, count(one)]), scale, change),
    unfold("published-table", word("table"), table("published-figures", word("comparison"), columns, rows, { hidden: true })),
  ];
}
