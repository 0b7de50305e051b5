// Curves that grow in place. Each panel is one canvas, made once and redrawn; a pointer over any
// of them reads all of them at the same x.

import { placed, xRange } from "../shared/axes.js";
import { fitCanvas } from "../shared/canvas.js";
import { element, rootOf } from "../shared/dom.js";
import { PALETTE } from "../shared/palette.js";
import { pictureButton } from "../shared/take_away.js";
import { readTheme } from "../shared/theme.js";
import { POINTS, drawAxes, drawBars, drawCurve, drawMark, drawPoints, upright } from "./draw.js";
import { tell } from "./tell.js";

/** @import { Range } from "../shared/axes.js" */
/** @import { Kind } from "../shared/colour.js" */
/** @import { Component, Packed } from "../shared/component.js" */
/** @import { Place, Theme } from "../shared/theme.js" */

/**
 * @typedef {object} Mark  where something happened
 * @property {number} x
 * @property {string} name  short, at its upper end
 * @property {string} words  what happened, under the pointer
 */
/**
 * @typedef {object} Named  how a curve looks
 * @property {string} name
 * @property {number} colour
 * @property {boolean} faint
 * @property {boolean} dashed
 * @property {number | null} point  which sign marks single points of it; null: none
 * @property {Kind | ""} bars  drawn as bars in the colours of that kind
 */
/**
 * @typedef {object} Frame  all of a panel but its curves
 * @property {string} title
 * @property {boolean} log
 * @property {boolean} percent
 * @property {number | null} floor
 * @property {number | null} ceiling
 * @property {number} room  width beside the others
 * @property {boolean} ownX
 * @property {string} note
 * @property {Mark[]} marks  upright lines
 */
/**
 * @typedef {object} Data
 * @property {(Frame & { series: (Named & { x: Packed, y: Packed })[] })[]} panels
 * @property {string} xLabel
 * @property {number | null} xEnd
 * @property {number | null} here
 * @property {string} summary
 * @property {number} height
 * @property {boolean} projector
 */
/** @typedef {Named & { x: Float32Array, y: Float32Array }} Series */
/** @typedef {Frame & { series: Series[] }} Panel */
/** @typedef {ReturnType<typeof placed> & { log: boolean }} Placed */
/**
 * @typedef {object} View  what stands on the page for a panel
 * @property {HTMLElement} box
 * @property {HTMLElement} title
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} told
 * @property {Placed | null} placed  as it was drawn last
 */
/**
 * @typedef {object} Chart
 * @property {HTMLElement} box
 * @property {Data} data
 * @property {Theme} theme
 * @property {Panel[]} panels
 * @property {View[]} views
 * @property {number | null} pointer  the x that it reads
 * @property {View | null} over  where it is
 * @property {ResizeObserver} observer
 */

/** @type {WeakMap<Place, Chart>} */
const CHARTS = new WeakMap();

/** @param {Data} data  @returns {Panel[]} */
function readPanels(data) {
  return data.panels.map((panel) => ({
    ...panel,
    series: panel.series.map((s) => ({ ...s, x: s.x.data, y: s.y.data })),
  }));
}

/** @param {Chart} chart  @returns {View} */
function newPanel(chart) {
  const box = element("div", "panel");
  const title = element("b");
  const canvas = element("canvas");
  canvas.setAttribute("role", "img");
  const told = element("div", "told");
  told.hidden = true;
  box.append(title, canvas, told);
  /** @type {View} */
  const view = { box, title, canvas, told, placed: null };
  canvas.onpointermove = (event) => {
    const at = event.clientX - canvas.getBoundingClientRect().left;
    const p = view.placed;
    if (!p) return;
    chart.over = view;
    chart.pointer = p.x0 + ((at - p.left) / (p.right - p.left)) * (p.x1 - p.x0);
    draw(chart);
  };
  canvas.onpointerleave = () => {
    chart.pointer = null;
    draw(chart);
  };
  chart.box.append(box);
  return view;
}

/** @param {Chart} chart  @param {Panel} panel  @param {View} view */
function drawPanel(chart, panel, view) {
  const { theme, data } = chart;
  const font = data.projector ? 17 : 13;
  const stroke = data.projector ? 3 : 2;
  const width = view.box.clientWidth;
  const height = data.height * (data.projector ? 1.2 : 1);
  if (width < 20) return;
  const g = fitCanvas(view.canvas, width, height);
  g.clearRect(0, 0, width, height);
  /** @type {Range} */
  const xs = xRange(panel.ownX ? [panel] : chart.panels, data.xEnd);
  const p = { ...placed(panel, xs, width, height, font), log: panel.log };
  view.placed = p;
  drawAxes(g, panel, p, theme, font, data.xLabel);
  const colours = PALETTE.categorical[theme.name];
  for (const mark of panel.marks) drawMark(g, mark, p, theme, font);
  const behindFirst = [...panel.series].sort((a, b) => Number(b.faint) - Number(a.faint));
  for (const s of behindFirst) {
    const colour = colours[s.colour % colours.length];
    if (s.bars) drawBars(g, s, s.bars, p, theme);
    else drawCurve(g, s, p, colour, stroke);
    drawPoints(g, s, p, colour, font);
  }
  if (data.here !== null) upright(g, p.x(data.here), p, theme.accent, stroke);
  const x = panel.ownX && chart.over !== view ? null : chart.pointer;
  tell(panel, view, x, { g, p, theme, stroke });
}

/** @param {Chart} chart */
function draw(chart) {
  chart.panels.forEach((panel, i) => drawPanel(chart, panel, chart.views[i]));
}

/**
 * Names of the curves, after the title, each in its colour and with its kind of line.
 * @param {View} view  @param {Panel} panel  @param {Theme} theme  @param {string} summary
 */
function label(view, panel, theme, summary) {
  const colours = PALETTE.categorical[theme.name];
  view.title.replaceChildren(panel.title);
  for (const s of panel.series) {
    if (s.faint || !s.name || s.bars) continue;
    const point = s.point === null ? "" : POINTS[s.point % POINTS.length];
    const name = element("span", "", ` ${point}${s.dashed ? "┄" : "━"} ${s.name}`);
    name.style.color = colours[s.colour % colours.length];
    name.style.whiteSpace = "nowrap";
    name.style.fontWeight = "400";
    view.title.append(name);
  }
  if (panel.note) view.title.append(element("span", "note", ` ${panel.note}`));
  view.box.style.flexGrow = String(10 * panel.room); // a sum below 1 would leave room unused
  view.box.style.flexBasis = `${Math.round(260 * panel.room)}px`;
  view.canvas.setAttribute("aria-label", `${panel.title}. ${summary}`);
}

/** @param {Component<Data>} component */
function newChart({ data, parentElement }) {
  const box = rootOf(parentElement);
  box.className = "root charts";
  /** @type {Chart} */
  const chart = {
    box,
    data,
    theme: readTheme(parentElement),
    panels: [],
    views: [],
    pointer: null,
    over: null,
    observer: new ResizeObserver(() => draw(chart)),
  };
  box.append(pictureButton(box));
  chart.observer.observe(box);
  return chart;
}

/** @param {Component<Data>} component */
export default function (component) {
  const { data, parentElement } = component;
  const chart = CHARTS.get(parentElement) ?? newChart(component);
  CHARTS.set(parentElement, chart);
  chart.data = data;
  chart.theme = readTheme(parentElement);
  chart.panels = readPanels(data);
  while (chart.views.length < chart.panels.length) chart.views.push(newPanel(chart));
  while (chart.views.length > chart.panels.length) chart.views.pop()?.box.remove();
  chart.views.forEach((view, i) => label(view, chart.panels[i], chart.theme, data.summary));
  draw(chart);
  return () => {
    chart.observer.disconnect();
    CHARTS.delete(parentElement);
  };
}
