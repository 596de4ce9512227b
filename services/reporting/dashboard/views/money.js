// The allowance by benefit month: what was paid, what failed, what came back, and the runs.

import { h } from "../dom.js";
import { chart } from "../chart.js";
import { baht, count, day, month } from "../format.js";
import { meanings, section, table } from "../parts.js";
import { report } from "../reports.js";
import { word } from "../words.js";

const OUTCOMES = { settled: "settled", failed: "failedPayments", returned: "returned" };

/** What the view shows of the area. */
export async function load({ area }) {
  return { payments: await report("payments", { area }) };
}

/** The view. */
export function draw({ payments }) {
  const { rows, runs } = payments.figures;
  if (rows.length === 0) return [h("p", {}, word("noData"))];
  const months = [...new Set(rows.map((row) => row.month))];
  const series = Object.entries(OUTCOMES).map(([name, label], place) => ({
    label: word(label),
    colour: place,
    values: months.map((one) => rows.filter((row) => row.month === one).reduce((sum, row) => sum + row[`${name}_satang`] / 100, 0)),
  }));
  const columns = [
    { label: word("month"), value: (row) => month(row.month, "long"), head: true },
    { label: word("tier"), value: (row) => word(row.tier) },
    ...Object.entries(OUTCOMES).flatMap(([name, label]) => [
      { label: `${word(label)} (${word("persons")})`, value: (row) => count(row[`persons_${name}`]), number: true },
      { label: `${word(label)} (${word("baht")})`, value: (row) => baht(row[`${name}_satang`]), number: true },
    ]),
  ];
  return [
    section("paid", word("paidByMonth"), chart(`${word("paidByMonth")}: ${series.map((one) => one.label).join(", ")}`, months.map((one) => `${one}-01`), series, { tell: (iso, length) => month(iso, length), stacked: true })),
    section("payments", word("table"), table("payments-table", word("paidByMonth"), columns, rows, { hidden: true })),
    runs.length > 0 && section("runs", word("runs"), table("runs-table", word("runs"), runColumns(), runs, { hidden: true })),
    meanings("money-meanings", payments),
  ];
}

function runColumns() {
  const when = (value) => (value === null ? "–" : day(value));
  return [
    { label: word("month"), value: (run) => month(run.month, "long"), head: true },
    { label: word("released"), value: (run) => when(run.released_on) },
    { label: word("closed"), value: (run) => when(run.closed_on) },
    { label: word("eligible"), value: (run) => count(run.eligible ?? run.persons), number: true },
    { label: word("settled"), value: (run) => count(run.paid), number: true },
    { label: word("failedPayments"), value: (run) => count(run.failed), number: true },
    { label: word("held"), value: (run) => count(run.held), number: true },
    { label: word("returned"), value: (run) => count(run.returned), number: true },
  ];
}
