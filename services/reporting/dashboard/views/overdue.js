// What is past its day: by task, and where the visits are.

import { h } from "../dom.js";
import { count, percent } from "../format.js";
import { areaName, bar, link, listed, meanings, section, table } from "../parts.js";
import { report } from "../reports.js";
import { word } from "../words.js";

/** What the view shows of the area. Complaints and areas are no officer's. */
export async function load({ area, who }) {
  const mine = who.level === "OFFICER";
  const persons = who.seesPersons;
  const [visits, june, september, questions, clocks, complaints, areas] = await Promise.all([
    report("visit-coverage", { area }),
    report("follow-ups", { area, round: "JUNE" }),
    report("follow-ups", { area, round: "SEPTEMBER" }),
    persons ? report("specialist-reviews", { area }) : null,
    persons ? report("agency-clocks", { area }) : null,
    mine ? null : report("complaints", { area }),
    mine ? null : report("areas", { area }),
  ]);
  return { visits, june, september, questions, clocks, complaints, areas };
}

/** The view. */
export function draw({ visits, june, september, questions, clocks, complaints, areas }, context) {
  const due = visits.figures;
  const sum = (rows, name) => rows.reduce((all, row) => all + row[name], 0);
  const less = (all, part) => (all === null || part === null ? null : all - part);
  const tasks = [
    { kind: "visits", list: ["visit-coverage"], open: due.open, overdue: due.overdue, rose: [due.risen_to_officer, due.risen_to_district, due.risen_to_province] },
    { kind: "followJune", list: ["follow-ups", { round: "JUNE" }], open: less(june.figures.missing, june.figures.overdue), overdue: june.figures.overdue },
    { kind: "followSeptember", list: ["follow-ups", { round: "SEPTEMBER" }], open: less(september.figures.missing, september.figures.overdue), overdue: september.figures.overdue },
    questions && { kind: "questions", open: sum(questions.figures.rows, "open_in_time"), overdue: sum(questions.figures.rows, "open_overdue") },
    clocks && { kind: "referrals", open: sum(clocks.figures.rows, "running") - sum(clocks.figures.rows, "overdue"), overdue: sum(clocks.figures.rows, "overdue") },
    complaints && { kind: "complaints", open: sum(complaints.figures.rows, "open_in_time"), overdue: sum(complaints.figures.rows, "open_overdue") },
  ].filter(Boolean);
  const columns = [
    { label: word("kind"), value: (task) => word(task.kind), head: true },
    { label: word("openInTime"), value: (task) => count(task.open), number: true },
    { label: word("overdueNow"), value: (task) => h("strong", { class: task.overdue ? "late" : null, id: `overdue-${task.kind}` }, task.list ? listed(context, task.list[0], "overdue", task.overdue, task.list[1]) : count(task.overdue)), number: true },
    ...["toOfficer", "toDistrict", "toProvince"].map((label, place) => ({ label: word(label), value: (task) => (task.rose ? count(task.rose[place]) : "–"), number: true })),
  ];
  const known = [visits, june, questions, clocks, complaints].filter(Boolean);
  return [
    section("tasks", word("overdueList"), table("tasks-table", word("overdueList"), columns, tasks, { hidden: true })),
    areas && section("where", word("whereOverdue"), ...where(areas, context)),
    meanings("overdue-meanings", ...known),
  ];
}

function where(areas, { names, area }) {
  const rows = areas.figures.rows.filter((row) => row.overdue > 0).sort((a, b) => b.overdue - a.overdue);
  if (rows.length === 0) return [h("p", {}, word("noData"))];
  const most = rows[0].overdue;
  const columns = [
    { label: word("area"), value: (row) => (row.area === area ? areaName(names, row.area) : h("a", { href: link("overdue", { area: row.area }), id: `row-${row.area}` }, areaName(names, row.area))), head: true },
    { label: word("overdueNow"), value: (row) => h("span", { class: "barred" }, bar(row.overdue / most), count(row.overdue)), number: true },
    { label: word("overdueShare"), value: (row) => percent(row.overdue, row.visit_group), number: true },
  ];
  return [table("where-table", word("whereOverdue"), columns, rows, { hidden: true })];
}
