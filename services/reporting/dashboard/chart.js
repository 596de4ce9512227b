// Charts by uPlot, which draws on a canvas: each is named for those who cannot see it and has a table beside it.

import { h } from "./dom.js";
import { count } from "./format.js";
import { word } from "./words.js";

const HEIGHT = 300;
const WIDTH_MIN = 280;
const LABEL_WIDTH = 110;
const DAY_S = 86_400;
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [14, 4], [1, 4]];

/** Seconds since the epoch of an ISO day. */
export function seconds(iso) {
  return Date.parse(iso.slice(0, 10)) / 1000;
}

/**
 * A chart of `series` (`{label, values}`) over `days` (ISO); `tell` names a moment on the axis and in the legend. With `stacked` they are bars
 * upon one another, else lines that differ by colour and dash. It follows the width of its place until it is taken out of the page.
 */
export function chart(label, days, series, { tell, stacked = false } = {}) {
  const place = h("div", { class: "chart", role: "img", "aria-label": label });
  const drawn = stacked ? summed(series) : series;
  const data = [days.map(seconds), ...drawn.map((one) => one.values)];
  let plot = null;
  const draw = () => {
    plot?.destroy();
    const width = Math.max(WIDTH_MIN, place.clientWidth);
    plot = new uPlot(options(width, drawn, { tell, stacked, days }), data, place);
    for (const cell of place.querySelectorAll("table")) cell.setAttribute("role", "presentation");
  };
  const watch = new ResizeObserver(() => (place.isConnected ? plot?.width !== Math.max(WIDTH_MIN, place.clientWidth) && draw() : (watch.disconnect(), plot?.destroy())));
  watch.observe(place);
  return place;
}

/** Bars are drawn from the tallest to the lowest: each series has those before it in it. The legend goes on telling its own value. */
function summed(series) {
  const below = series[0].values.map(() => 0);
  const tall = series.map((one) => {
    one.values.forEach((value, place) => (below[place] += value));
    return { ...one, own: one.values, values: [...below] };
  });
  return tall.reverse();
}

function options(width, series, { tell, stacked, days }) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const font = `14px ${style.getPropertyValue("--font")}`;
  const axis = { stroke: colour("--ink"), font, grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
  const inset = stacked ? 20 * DAY_S : DAY_S;
  return {
    width,
    height: HEIGHT,
    cursor: { drag: { x: false, y: false } },
    scales: {
      x: { range: () => [seconds(days[0]) - inset, seconds(days[days.length - 1]) + inset] },
      y: { range: (_, low, high) => [0, Math.max(1, high * 1.05)] },
    },
    axes: [
      { ...axis, values: (_, stamps) => thinned(stamps.map((one) => tell(iso(one))), width), splits: stacked ? () => days.map(seconds) : () => firsts(days), space: 60 },
      { ...axis, values: (_, values) => values.map((one) => count(one)), size: 84 },
    ],
    series: [
      { label: word(stacked ? "month" : "chosenDay"), value: (_, stamp) => (stamp === null ? "–" : tell(iso(stamp), "long")) },
      ...series.map((one, place) => {
        const ink = colour(`--series-${one.colour ?? place}`);
        const look = stacked
          ? { fill: ink, paths: uPlot.paths.bars({ size: [0.7, 60] }), points: { show: false } }
          : { dash: DASHES[place % DASHES.length], points: { show: days.length < 3 } };
        return { label: one.label, stroke: ink, width: 2, ...look, value: (_, value, __, index) => told(one, value, index) };
      }),
    ],
  };
}

/** As many of the labels as have room beside each other. */
function thinned(labels, width) {
  const each = Math.ceil((labels.length * LABEL_WIDTH) / width);
  return labels.map((label, place) => (place % each ? "" : label));
}

function told(one, value, index) {
  const own = one.own && index !== null && index !== undefined ? one.own[index] : value;
  return own === null || own === undefined ? "–" : count(own);
}

function iso(stamp) {
  return new Date(stamp * 1000).toISOString().slice(0, 10);
}

/** The first day of each month within the days. */
function firsts(days) {
  const found = [];
  const last = seconds(days[days.length - 1]);
  for (let [year, month] = days[0].split("-").map(Number); ; month === 12 ? ((year += 1), (month = 1)) : (month += 1)) {
    const stamp = Date.UTC(year, month - 1, 1) / 1000;
    if (stamp > last) return found;
    if (stamp >= seconds(days[0])) found.push(stamp);
  }
}
