// The agencies: what waits for their next step and since when it is too late, and how far their lines are.

import { h } from "../dom.js";
import { count, day } from "../format.js";
import { meanings, section, table } from "../parts.js";
import { report } from "../reports.js";
import { word } from "../words.js";

const WHERE = { AGREED: "agreed", REFERRED: "waiting", RECEIVED: "waiting", WAIT_LISTED: "waiting", DECLINED: "waiting", ACCEPTED: "inWork", STARTED: "inWork", REPORTED: "inWork", FINISHED: "finished", CLOSED: "closedLines" };
const STATES = ["agreed", "waiting", "inWork", "finished", "closedLines"];

/** What the view shows of the area. */
export async function load({ area }) {
  const [clocks, plans] = await Promise.all([report("agency-clocks", { area }), report("plans", { area })]);
  return { clocks, plans };
}

/** The view. */
export function draw({ clocks, plans }) {
  return [
    section("clocks", word("clocks"), h("p", {}, word("clocksHelp")), ...ticking(clocks.figures.rows)),
    section("lines", word("lines"), ...lines(plans.figures.rows)),
    meanings("agencies-meanings", clocks, plans),
  ];
}

function ticking(rows) {
  if (rows.length === 0) return [h("p", {}, word("noData"))];
  const number = (label, name) => ({ label: word(label), value: (row) => marked(row[name], name), number: true });
  const columns = [
    { label: word("agency"), value: (row) => row.agency, head: true },
    { label: word("waitsFor"), value: (row) => word(row.clock) },
    number("running", "running"),
    number("overdueNow", "overdue"),
    number("toDistrict", "risen_to_district"),
    number("toProvince", "risen_to_province"),
    number("toMinistry", "risen_to_ministry"),
    { label: word("oldestDue"), value: (row) => (row.earliest_due_on === null ? "–" : day(row.earliest_due_on)) },
  ];
  return [table("clocks-table", word("clocks"), columns, rows, { hidden: true })];
}

function marked(value, name) {
  return name === "overdue" && value > 0 ? h("strong", { class: "late" }, count(value)) : count(value);
}

function lines(rows) {
  if (rows.length === 0) return [h("p", {}, word("noData"))];
  const agencies = new Map();
  for (const row of rows) {
    const sums = agencies.get(row.agency) ?? agencies.set(row.agency, { agency: row.agency, overdue: 0, all: 0 }).get(row.agency);
    const state = WHERE[row.state];
    sums[state] = (sums[state] ?? 0) + row.lines;
    sums.all += row.lines;
    sums.overdue += row.overdue;
  }
  const columns = [
    { label: word("agency"), value: (row) => row.agency, head: true },
    ...STATES.map((state) => ({ label: word(state), value: (row) => count(row[state] ?? 0), number: true })),
    { label: word("overdueNow"), value: (row) => marked(row.overdue, "overdue"), number: true },
    { label: word("all"), value: (row) => count(row.all), number: true },
  ];
  return [table("lines-table", word("lines"), columns, [...agencies.values()], { hidden: true })];
}
