// A chart as SVG: lines, dots where they are few, the present point.

import { PALETTE } from "../shared/palette.js";

/** @import { Theme } from "../shared/theme.js" */
/** @import { CurveItem, CurveView, Pick } from "./panels.js" */

/** @typedef {[number, number, string]} Dot  x, y, name of its line */
/** @typedef {ReturnType<typeof measure>} Frame */
/** @typedef {{ theme: Theme, font: number }} Look */

const SVG_NS = "http://www.w3.org/2000/svg";
const FEW = 20; // points of a line, up to which each is a dot

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag  @param {Record<string, string | number>} attributes  @param {string} [text]
 */
function svgNode(tag, attributes, text = "") {
  const node = document.createElementNS(SVG_NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (text) node.textContent = text;
  return node;
}

/** 1, 2, 5, 10, 20 …: so that about `count` of them are `span`.  @param {number} span  @param {number} count */
function roundStep(span, count) {
  const rough = Math.max(1, span / count);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((m) => m * power >= rough - 1e-9) ?? 10);
}

/**
 * Where values lie in a chart of that size.
 * @param {CurveItem} item  @param {number} width  @param {number} height  @param {number} font
 */
function measure(item, width, height, font) {
  const xs = item.lines.flatMap((line) => line.x);
  const low = Math.min(...xs);
  const span = Math.max(...xs) - low || 1;
  const top = Math.max(item.top, 1, ...item.lines.flatMap((line) => line.y)) * 1.06;
  const names = item.lines.map((line) => line.name.length).filter(Boolean);
  const end = names.length ? Math.max(...names) * font * 0.53 + 8 : 10;
  const left = font * (top >= 100 ? 2.2 : 1.7);
  const bottom = height - font * (item.xLabel ? 2.9 : 1.7);
  return {
    low,
    span,
    top,
    left,
    right: width - end,
    bottom,
    height,
    x: (/** @type {number} */ v) => left + 6 + ((v - low) / span) * (width - left - end - 8),
    y: (/** @type {number} */ v) => bottom - (v / top) * (bottom - font * 0.6),
  };
}

/**
 * Lines across, and the numbers on both axes.
 * @param {CurveItem} item  @param {Frame} at  @param {number} font
 */
function axesOf(item, at, font) {
  const { low, span, top, left, right, bottom } = at;
  const faint = { stroke: "currentColor", "stroke-opacity": 0.12 };
  const small = { fill: "currentColor", "fill-opacity": 0.72, "font-size": font };
  const middle = { "text-anchor": "middle", ...small };
  /** @type {SVGElement[]} */
  const nodes = [];
  const step = roundStep(top, 5);
  for (let v = 0; v <= top; v += step) {
    nodes.push(svgNode("line", { x1: left, x2: right, y1: at.y(v), y2: at.y(v), ...faint }));
    nodes.push(svgNode("text", { x: left - 5, y: at.y(v) + font * 0.35, "text-anchor": "end", ...small }, String(v)));
  }
  const wide = at.x(low + span) - at.x(low);
  const across = roundStep(span, Math.max(1, wide / (font * 2.4)));
  for (let v = Math.ceil(low / across) * across; v <= low + span; v += across) {
    nodes.push(svgNode("text", { x: at.x(v), y: bottom + font * 1.35, ...middle }, String(v)));
  }
  if (item.xLabel) {
    const x = (at.x(low) + at.x(low + span)) / 2;
    nodes.push(svgNode("text", { x, y: at.height - font * 0.35, ...middle }, item.xLabel));
  }
  return nodes;
}

/**
 * One line, its dots, its name at its end.
 * @param {CurveItem["lines"][number]} line  @param {Frame} at  @param {string} colour  @param {number} font
 */
function lineOf(line, at, colour, font) {
  const points = line.x.map((x, i) => `${at.x(x).toFixed(1)},${at.y(line.y[i]).toFixed(1)}`).join(" ");
  const stroke = { fill: "none", stroke: colour, "stroke-width": font > 16 ? 3 : 2, "stroke-linejoin": "round" };
  /** @type {SVGElement[]} */
  const nodes = [svgNode("polyline", { points, ...stroke })];
  if (line.x.length <= FEW) {
    line.x.forEach((x, i) =>
      nodes.push(svgNode("circle", { cx: at.x(x), cy: at.y(line.y[i]), r: font * 0.2, fill: colour })),
    );
  }
  if (line.name && line.x.length) {
    const last = line.x.length - 1;
    const place = { x: at.x(line.x[last]) + 8, y: at.y(line.y[last]) + font * 0.35 };
    nodes.push(svgNode("text", { ...place, fill: colour, "font-size": font }, line.name));
  }
  return nodes;
}

/**
 * The pointer reads the nearest dot; a click picks it.
 * @param {CurveView} view  @param {CurveItem} item  @param {Frame} at  @param {SVGElement} ring  @param {Pick} pick
 */
function listen({ svg, note }, item, at, ring, pick) {
  const dots = item.lines.flatMap((line) => line.x.map((x, i) => /** @type {Dot} */ ([x, line.y[i], line.name])));
  const nearest = (/** @type {MouseEvent} */ event) => {
    const box = svg.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const far = (/** @type {Dot} */ [vx, vy]) => Math.abs(at.x(vx) - x) * 3 + Math.abs(at.y(vy) - y);
    return dots.reduce((best, dot) => (far(dot) < far(best) ? dot : best), dots[0]);
  };
  svg.style.cursor = item.setting ? "pointer" : "default";
  svg.onpointermove = (event) => {
    if (!dots.length) return;
    const [x, y, name] = nearest(event);
    ring.setAttribute("cx", String(at.x(x)));
    ring.setAttribute("cy", String(at.y(y)));
    ring.setAttribute("visibility", "visible");
    note.textContent = `${x} → ${y}${name ? `, ${name}` : ""}`;
  };
  svg.onpointerleave = () => {
    ring.setAttribute("visibility", "hidden");
    note.textContent = "";
  };
  svg.onclick = item.setting ? (event) => void (dots.length && pick([item.setting, nearest(event)[0]])) : null;
}

/**
 * @param {CurveView} view  @param {CurveItem} item  @param {number} width  @param {number} height
 * @param {Look} look  @param {Pick} pick
 */
export function paintCurve(view, item, width, height, { theme, font }, pick) {
  view.svg.setAttribute("width", String(width));
  view.svg.setAttribute("height", String(height));
  const at = measure(item, width, height, font);
  const colours = PALETTE.categorical[theme.name];
  const nodes = axesOf(item, at, font);
  item.lines.forEach((line, n) => nodes.push(...lineOf(line, at, colours[(item.colour + n) % colours.length], font)));
  const r = font * 0.42;
  if (item.here) {
    const [cx, cy] = [at.x(item.here[0]), at.y(item.here[1])];
    nodes.push(svgNode("circle", { cx, cy, r, fill: theme.accent, class: "here" }));
  }
  const ring = svgNode("circle", {
    r,
    fill: "none",
    stroke: "currentColor",
    "stroke-width": 1.5,
    visibility: "hidden",
  });
  view.svg.replaceChildren(...nodes, ring);
  listen(view, item, at, ring, pick);
}
