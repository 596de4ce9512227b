// The country as a map of provinces, and a province as tiles of its districts, coloured in five steps.

import { h, s } from "./dom.js";
import { percent } from "./format.js";
import { areaName, link } from "./parts.js";
import { word } from "./words.js";

const STEPS = 5;
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** The upper ends of the steps: shares of the areas, equally many in each. */
export function steps(shares) {
  const known = shares.filter((share) => share !== null).sort((a, b) => a - b);
  const ends = Array.from({ length: STEPS }, (_, step) => known[Math.ceil(((step + 1) * known.length) / STEPS) - 1] ?? 0);
  return [...new Set(ends)];
}

function stepOf(share, ends) {
  return share === null ? "none" : String(Math.max(0, ends.findIndex((end) => share <= end)));
}

function told(names, code, share) {
  return `${areaName(names, code)} ${share === null ? word("noData") : percent(share, 1)}`;
}

/** The map. Every province is a link; one of them is in the order of Tab, arrow keys go to the neighbour in their direction. */
export function provinces(drawing, names, shares, query) {
  const ends = steps(Object.values(shares));
  const links = Object.entries(drawing.provinces).map(([code, path], place) => {
    const share = shares[code] ?? null;
    const shape = s("path", { d: path, class: `step-${stepOf(share, ends)}` }, s("title", {}, told(names, code, share)));
    const attributes = { href: link("overview", { ...query, area: code }), id: `map-${code}`, "data-code": code, tabindex: place ? "-1" : "0" };
    return s("a", { ...attributes, "aria-label": told(names, code, share), role: "link" }, shape);
  });
  const group = { viewBox: drawing.viewBox, class: "map", role: "group", "aria-labelledby": "areas-heading", "aria-describedby": "map-help" };
  // Not the SVG listens: a listener for focus makes it a stop of its own.
  const map = h("div", { keydown: (event) => walk(event, drawing.middles), focusin: ({ target }) => stopAt(target, links) }, s("svg", group, links));
  return [map, h("p", { id: "map-help", class: "small" }, word("mapHelp")), legend(ends)];
}

/** The one of the links that Tab comes back to. */
function stopAt(target, links) {
  for (const one of links) one.setAttribute("tabindex", one === target ? "0" : "-1");
}

function walk(event, middles) {
  const direction = ARROWS[event.key];
  const from = middles[document.activeElement?.dataset.code];
  if (!direction || !from) return;
  event.preventDefault();
  const costs = Object.entries(middles).map(([code, [x, y]]) => {
    const ahead = (x - from[0]) * direction[0] + (y - from[1]) * direction[1];
    const aside = Math.abs((x - from[0]) * direction[1]) + Math.abs((y - from[1]) * direction[0]);
    return [ahead > 0 ? ahead + 2 * aside : Infinity, code];
  });
  const [cost, nearest] = costs.reduce((best, one) => (one[0] < best[0] ? one : best));
  if (cost < Infinity) document.getElementById(`map-${nearest}`).focus();
}

/** The districts of a province, each a tile of the same size: no open package has their boundaries. */
export function tiles(names, shares, query) {
  const ends = steps(Object.values(shares));
  const list = Object.entries(shares).map(([code, share]) => {
    const text = [h("span", {}, areaName(names, code)), h("strong", {}, share === null ? word("noData") : percent(share, 1))];
    return h("li", {}, h("a", { href: link("overview", { ...query, area: code }), id: `tile-${code}`, class: `step-${stepOf(share, ends)}` }, text));
  });
  return [h("ul", { class: "tiles", "aria-labelledby": "areas-heading" }, list), legend(ends)];
}

function legend(ends) {
  const entries = ends.map((end, step) => h("li", {}, h("span", { class: `swatch step-${step}`, "aria-hidden": "true" }), ` ≤ ${percent(end, 1)}`));
  return h("ul", { class: "legend" }, entries);
}
