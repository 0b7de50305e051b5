// Curves and a point on them. The pointer, or the arrow keys, moves it; nothing is sent until it
// is let go.

import { placed, tickText, ticks } from "../shared/axes.js";
import { fitCanvas } from "../shared/canvas.js";
import { element, rootOf } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";
import { PALETTE } from "../shared/palette.js";
import { pictureButton } from "../shared/take_away.js";
import { readTheme } from "../shared/theme.js";

/** @import { Component, Packed } from "../shared/component.js" */
/** @import { Place, Theme } from "../shared/theme.js" */

/** @typedef {{ name: string, colour: number, dashed: boolean }} Named */
/**
 * @typedef {object} Data
 * @property {Packed} x  rising, evenly apart
 * @property {(Named & { y: Packed })[]} curves
 * @property {Packed | null} slope  of the first curve
 * @property {Packed | null} leads  where a step from each x ends
 * @property {string} xName
 * @property {boolean} editable
 * @property {number} at  the point's x, as Python has it
 * @property {string} title
 * @property {number} height
 * @property {boolean} projector
 */
/** @typedef {{ at: number }} State */
/** @typedef {ReturnType<typeof placed>} Placed */
/** @typedef {Named & { x: Float32Array, y: Float32Array }} Curve */
/**
 * @typedef {ReturnType<typeof partsOf> & {
 *   data: Data,
 *   theme: Theme,
 *   x: Float32Array,
 *   curves: Curve[],
 *   slope: Float32Array | null,
 *   leads: Float32Array | null,
 *   index: number,
 *   given: number | null,
 *   dragging: boolean,
 *   placed: Placed | null,
 *   observer: ResizeObserver,
 * }} Plot
 */

/** @type {WeakMap<Place, Plot>} */
const PLOTS = new WeakMap();

/** @param {Place} place */
function partsOf(place) {
  const root = rootOf(place);
  const box = element("div", "plot");
  box.tabIndex = 0;
  box.setAttribute("role", "slider");
  const canvas = element("canvas");
  const read = element("div", "read");
  box.append(canvas);
  root.append(box, read, pictureButton(root));
  return { root, box, canvas, read };
}

/** @param {Component<Data, State>} component */
function newPlot({ data, parentElement }) {
  /** @type {Plot} */
  const plot = {
    ...partsOf(parentElement),
    ...readCurves(data),
    data,
    theme: readTheme(parentElement),
    index: 0,
    given: null,
    dragging: false,
    placed: null,
    observer: new ResizeObserver(() => drawPlot(plot)),
  };
  plot.observer.observe(plot.box);
  return plot;
}

/** @param {Data} data */
function readCurves(data) {
  const x = data.x.data;
  return {
    x,
    curves: data.curves.map((c) => ({ ...c, x, y: c.y.data })),
    slope: data.slope?.data ?? null,
    leads: data.leads?.data ?? null,
  };
}

/** @param {Plot} plot  @param {number} index */
function moveTo(plot, index) {
  plot.index = Math.max(0, Math.min(plot.x.length - 1, index));
  drawPlot(plot);
}

/** @param {Plot} plot  @param {PointerEvent} event */
function indexAt(plot, event) {
  const p = plot.placed;
  if (!p) return plot.index;
  const at = event.clientX - plot.canvas.getBoundingClientRect().left;
  return Math.round(((at - p.left) / (p.right - p.left)) * (plot.x.length - 1));
}

/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageDown: -20, PageUp: 20 };

/** @param {Plot} plot  @param {(x: number) => void} send */
function listen(plot, send) {
  const { box } = plot;
  box.onpointerdown = (event) => {
    if (!plot.data.editable) return;
    box.setPointerCapture(event.pointerId);
    plot.dragging = true;
    moveTo(plot, indexAt(plot, event));
  };
  box.onpointermove = (event) => {
    if (plot.dragging) moveTo(plot, indexAt(plot, event));
  };
  box.onpointerup = box.onpointercancel = () => {
    if (plot.dragging) send(plot.x[plot.index]);
    plot.dragging = false;
  };
  box.onkeydown = (event) => {
    const step = STEPS[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? plot.x.length - 1 : undefined;
    if ((step === undefined && to === undefined) || !plot.data.editable) return;
    event.preventDefault();
    moveTo(plot, to ?? plot.index + step);
  };
  box.onkeyup = (event) => {
    if (plot.data.editable && /^(Arrow|Page|Home|End)/.test(event.key)) send(plot.x[plot.index]);
  };
}

/** @param {Plot} plot */
function drawPlot(plot) {
  const { data, theme, canvas, box } = plot;
  const width = box.clientWidth;
  if (width < 20) return;
  const font = data.projector ? 18 : 14;
  const stroke = data.projector ? 4 : 2.5;
  const height = data.height * (data.projector ? 1.1 : 1);
  const g = fitCanvas(canvas, width, height);
  g.clearRect(0, 0, width, height);
  const panel = { log: false, floor: null, ceiling: null, series: plot.curves };
  const p = placed(panel, [plot.x[0], plot.x[plot.x.length - 1]], width, height, font);
  plot.placed = p;
  g.font = `${font}px ${theme.font}`;
  drawGrid(g, p, theme, font);
  const colours = PALETTE.categorical[theme.name];
  for (const curve of plot.curves) {
    g.strokeStyle = colours[curve.colour % colours.length];
    g.lineWidth = stroke;
    g.setLineDash(curve.dashed ? [stroke * 3, stroke * 2] : []);
    g.beginPath();
    curve.y.forEach((y, i) => (i ? g.lineTo(p.x(plot.x[i]), p.y(y)) : g.moveTo(p.x(plot.x[i]), p.y(y))));
    g.stroke();
  }
  g.setLineDash([]);
  const x = plot.x[plot.index];
  if (plot.slope) drawTangent(g, plot, plot.slope[plot.index], p, stroke);
  if (plot.leads) drawLead(g, plot, plot.leads[plot.index], p, stroke);
  g.strokeStyle = theme.accent;
  g.lineWidth = stroke * 0.6;
  g.beginPath();
  g.moveTo(p.x(x), p.top);
  g.lineTo(p.x(x), p.bottom);
  g.stroke();
  for (const curve of plot.curves) {
    g.fillStyle = theme.accent;
    g.beginPath();
    g.arc(p.x(x), p.y(curve.y[plot.index]), stroke * 2.4, 0, 2 * Math.PI);
    g.fill();
  }
  tellPoint(plot, x, colours);
}

/**
 * The tangent of the first curve, a third of the picture wide.
 * @param {CanvasRenderingContext2D} g  @param {Plot} plot  @param {number} slope  @param {Placed} p
 * @param {number} stroke
 */
function drawTangent(g, plot, slope, p, stroke) {
  const [x, y] = [plot.x[plot.index], plot.curves[0].y[plot.index]];
  const half = (p.x1 - p.x0) / 6;
  g.save();
  g.beginPath();
  g.rect(p.left, p.top, p.right - p.left, p.bottom - p.top);
  g.clip();
  g.strokeStyle = plot.theme.accent;
  g.lineWidth = stroke * 0.7;
  g.beginPath();
  g.moveTo(p.x(x - half), p.y(y - slope * half));
  g.lineTo(p.x(x + half), p.y(y + slope * half));
  g.stroke();
  g.restore();
}

/**
 * Where the point leads: a hollow one on the first curve, and an arc to it; beyond the curve's ends
 * it stands at the end.
 * @param {CanvasRenderingContext2D} g  @param {Plot} plot  @param {number} lead  @param {Placed} p  @param {number} stroke
 */
function drawLead(g, plot, lead, p, stroke) {
  const end = plot.x.length - 1;
  const share = (lead - plot.x[0]) / (plot.x[end] - plot.x[0]);
  const to = Math.max(0, Math.min(end, Math.round(share * end)));
  const [x0, y0] = [p.x(plot.x[plot.index]), p.y(plot.curves[0].y[plot.index])];
  const [x1, y1] = [p.x(plot.x[to]), p.y(plot.curves[0].y[to])];
  g.strokeStyle = plot.theme.accent;
  g.fillStyle = plot.theme.surface;
  g.lineWidth = stroke * 0.8;
  g.setLineDash([stroke * 2, stroke * 2]);
  g.beginPath();
  g.moveTo(x0, y0);
  g.quadraticCurveTo((x0 + x1) / 2, Math.max(p.top, Math.min(y0, y1) - 40), x1, y1);
  g.stroke();
  g.setLineDash([]);
  g.beginPath();
  g.arc(x1, y1, stroke * 2.2, 0, 2 * Math.PI);
  g.fill();
  g.stroke();
}

/** @param {CanvasRenderingContext2D} g  @param {Placed} p  @param {Theme} theme  @param {number} font */
function drawGrid(g, p, theme, font) {
  g.textAlign = "right";
  g.textBaseline = "middle";
  g.lineWidth = 1;
  for (const v of ticks(p.y0, p.y1, 5, false)) {
    g.strokeStyle = Math.abs(v) < 1e-9 ? theme.text : theme.border;
    g.globalAlpha = Math.abs(v) < 1e-9 ? 0.5 : 1;
    g.beginPath();
    g.moveTo(p.left, p.y(v));
    g.lineTo(p.right, p.y(v));
    g.stroke();
    g.globalAlpha = 1;
    g.fillStyle = theme.text;
    g.fillText(tickText(Math.abs(v) < 1e-9 ? 0 : v, {}), p.left - font * 0.5, p.y(v));
  }
  g.textAlign = "center";
  g.textBaseline = "alphabetic"; // where "top" is, browsers do not agree
  for (const v of ticks(p.x0, p.x1, 8, false)) {
    g.fillText(tickText(Math.abs(v) < 1e-9 ? 0 : v, {}), p.x(v), p.bottom + font * 1.3);
  }
}

/** @param {Plot} plot  @param {number} x  @param {string[]} colours */
function tellPoint(plot, x, colours) {
  const parts = [`${plot.data.xName} = ${formatNumber(x, 2)}`];
  plot.read.replaceChildren();
  plot.read.append(element("b", "", parts[0]));
  for (const curve of plot.curves) {
    const said = `${curve.name} = ${formatNumber(curve.y[plot.index], 4)}`;
    const part = element("span", "", `${curve.dashed ? "┄" : "━"} ${said}`);
    part.style.color = colours[curve.colour % colours.length];
    plot.read.append(part);
    parts.push(said);
  }
  if (plot.slope) {
    const said = `slope = ${formatNumber(plot.slope[plot.index], 4)}`;
    plot.read.append(element("span", "", said));
    parts.push(said);
  }
  if (plot.leads) {
    const said = `one step leads to ${formatNumber(plot.leads[plot.index], 2)}`;
    plot.read.append(element("span", "", `○ ${said}`));
    parts.push(said);
  }
  const { box } = plot;
  box.setAttribute("aria-disabled", String(!plot.data.editable));
  box.classList.toggle("fixed", !plot.data.editable);
  box.setAttribute("aria-label", plot.data.title);
  box.setAttribute("aria-valuemin", String(plot.x[0]));
  box.setAttribute("aria-valuemax", String(plot.x[plot.x.length - 1]));
  box.setAttribute("aria-valuenow", x.toFixed(2));
  box.setAttribute("aria-valuetext", parts.join(", "));
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const plot = PLOTS.get(parentElement) ?? newPlot(component);
  PLOTS.set(parentElement, plot);
  Object.assign(plot, { data }, readCurves(data));
  plot.theme = readTheme(parentElement);
  plot.root.classList.toggle("big", data.projector);
  listen(plot, (x) => setStateValue("at", Number(x.toFixed(4))));
  if (plot.given !== data.at && !plot.dragging) {
    plot.given = data.at;
    const span = plot.x[plot.x.length - 1] - plot.x[0];
    plot.index = Math.round(((data.at - plot.x[0]) / span) * (plot.x.length - 1));
  }
  moveTo(plot, plot.index);
  return () => {
    plot.observer.disconnect();
    PLOTS.delete(parentElement);
  };
}
