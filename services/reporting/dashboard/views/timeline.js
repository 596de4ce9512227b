// What happened on which day of the year.

import { h } from "../dom.js";
import { chart } from "../chart.js";
import { count, day, digits, month } from "../format.js";
import { choice, link, meanings, section, table } from "../parts.js";
import { report } from "../reports.js";
import { told, word } from "../words.js";

const SERIES = ["declared", "visited", "interviewed", "planned", "referred", "ended", "followed"];

/** What the view shows of the area. */
export async function load({ area }) {
  return { timeline: await report("timeline", { area }) };
}

/** The view. */
export function draw({ timeline }, { area, query }) {
  const rows = timeline.figures.rows;
  if (rows.length === 0) return [h("p", {}, word("noData"))];
  const names = SERIES.map((name) => digits(told(timeline.definitions[name], "label")));
  const how = query.how === "day" ? "day" : "sum";
  const days = everyDay(rows[0].day, rows[rows.length - 1].day);
  const byDay = new Map(rows.map((row) => [row.day, row]));
  const series = SERIES.map((name, place) => {
    const daily = days.map((one) => byDay.get(one)?.[name] ?? 0);
    return { label: names[place], values: how === "sum" ? daily.map(((sum) => (value) => (sum += value))(0)) : daily };
  });
  const label = `${word(how === "sum" ? "sumUp" : "perDay")}: ${names.join(", ")}`;
  const tell = (iso, length) => (length === "long" ? day(iso) : month(iso));
  const choose = (chosen) => (location.hash = link("timeline", { area, how: chosen === "day" ? "day" : "" }));
  const columns = [
    { label: word("month"), value: (row) => (row.month ? month(row.month, "long") : word("all")), head: true },
    ...SERIES.map((name, place) => ({ label: names[place], value: (row) => count(row[name]), number: true })),
  ];
  return [
    section(
      "course",
      word("timeline"),
      choice("how", word("measure"), [["sum", word("sumUp")], ["day", word("perDay")]], how, choose),
      chart(label, days, series, { tell }),
    ),
    section("months", word("perMonth"), table("months-table", word("perMonth"), columns, byMonth(rows), { hidden: true })),
    meanings("timeline-meanings", timeline),
  ];
}

function everyDay(first, last) {
  const found = [];
  for (let stamp = Date.parse(first); stamp <= Date.parse(last); stamp += 86_400_000) found.push(new Date(stamp).toISOString().slice(0, 10));
  return found;
}

/** The months' sums, and the sum of all. */
function byMonth(rows) {
  const months = new Map();
  const all = {};
  for (const row of rows) {
    const key = row.day.slice(0, 7);
    const sums = months.get(key) ?? months.set(key, { month: key }).get(key);
    for (const name of SERIES) {
      sums[name] = (sums[name] ?? 0) + row[name];
      all[name] = (all[name] ?? 0) + row[name];
    }
  }
  return [...months.values(), all];
}
