// Bubbles over two axes. Names, numbers and lines are elements, at shares of the width and the height,
// so that nothing is laid out by us; the disks are painted below them, on one canvas. Whoever points
// at a bubble, or goes to it with the arrow keys, reads about it in the line below.

import { fitCanvas } from "../shared/canvas.js";
import { element, rootOf, setText } from "../shared/dom.js";
import { PALETTE } from "../shared/palette.js";
import { pictureButton } from "../shared/take_away.js";
import { readTheme } from "../shared/theme.js";
import { meets, nextOf } from "./pointing.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place } from "../shared/theme.js" */

/**
 * @typedef {object} Bubble
 * @property {string} name
 * @property {number} x  share of the width
 * @property {number} y  share of the height, from below
 * @property {number} radius  pixels
 * @property {string} words
 * @property {"above" | "below" | "right"} at  where its name stands
 */
/** @typedef {{ at: number, text: string }} Tick */
/**
 * @typedef {object} Data
 * @property {Bubble[]} bubbles
 * @property {Tick[]} across
 * @property {Tick[]} up
 * @property {[string, string]} titles  of the axis across, of the one up
 * @property {string} alt
 * @property {boolean} projector
 */
/** @typedef {ReturnType<typeof newChart>} Chart */

const GAP = 4; // pixels between a bubble and its name
const HINT = "Point at a bubble to read about it.";

/** @type {WeakMap<Place, Chart>} */
const CHARTS = new WeakMap();

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(3)}%`;

/** @param {Component<Data>} component */
function newChart({ data, parentElement }) {
  const root = rootOf(parentElement);
  const [title, plot, canvas] = [element("div", "title"), element("div", "plot"), element("canvas")];
  const [axis, foot, words] = [element("div", "axis"), element("div", "foot"), element("p", "words")];
  canvas.style.position = "absolute"; // before its styles are there, too: it never widens the plot
  plot.tabIndex = 0;
  plot.setAttribute("role", "application");
  words.setAttribute("aria-live", "polite");
  foot.append(words, pictureButton(root));
  root.replaceChildren(title, plot, axis, foot);
  const sizes = new ResizeObserver(() => requestAnimationFrame(() => paint(chart)));
  const chart = { data, root, title, plot, canvas, axis, words, chosen: -1, sizes };
  plot.onpointermove = plot.onpointerdown = (event) => pointAt(chart, event);
  plot.onkeydown = (event) => press(chart, event);
  sizes.observe(plot);
  return chart;
}

/** @param {Chart} chart  @param {number} index */
function choose(chart, index) {
  if (index === chart.chosen) return;
  chart.chosen = index;
  setText(chart.words, chart.data.bubbles[index]?.words ?? HINT);
  paint(chart);
}

/** Beside all bubbles the last one stays.  @param {Chart} chart  @param {PointerEvent} event */
function pointAt(chart, event) {
  const { left, top, width, height } = chart.plot.getBoundingClientRect();
  const met = meets(chart.data.bubbles, event.clientX - left, event.clientY - top, width, height);
  if (met >= 0) choose(chart, met);
}

/** @param {Chart} chart  @param {KeyboardEvent} event */
function press(chart, event) {
  const next = nextOf(chart.data.bubbles, chart.chosen, event.key);
  if (next === null) return;
  event.preventDefault();
  choose(chart, next);
}

/** The disks, and a ring around the one that is read about.  @param {Chart} chart */
function paint({ data, plot, canvas, chosen }) {
  const { clientWidth: width, clientHeight: height } = plot;
  if (!width) return;
  const context = fitCanvas(canvas, width, height);
  const theme = readTheme(plot);
  context.clearRect(0, 0, width, height);
  data.bubbles.forEach(({ x, y, radius }, i) => {
    const ringed = i === chosen;
    context.beginPath();
    context.arc(x * width, (1 - y) * height, radius, 0, 2 * Math.PI);
    context.fillStyle = PALETTE.categorical[theme.name][0];
    context.strokeStyle = ringed ? theme.text : context.fillStyle;
    context.lineWidth = ringed ? 3 : 1.5;
    context.globalAlpha = 0.55;
    context.fill();
    context.globalAlpha = 1;
    context.stroke();
  });
}

/** A line across, and the number at its left end.  @param {Tick} tick */
function lineOf({ at, text }) {
  const line = element("div", "line");
  line.style.bottom = percent(at);
  line.append(element("span", "", text));
  return line;
}

/** @param {Bubble} bubble */
function nameOf({ name, x, y, radius, at }) {
  const label = element("span", `name ${at}`, name);
  const away = radius + GAP;
  label.style.left = at === "right" ? `calc(${percent(x)} + ${away}px)` : percent(x);
  label.style.bottom = at === "right" ? percent(y) : `calc(${percent(y)} + ${at === "above" ? away : -away}px)`;
  return label;
}

/** @param {Tick} tick */
function tickOf({ at, text }) {
  const tick = element("span", "tick", text);
  tick.style.left = percent(at);
  return tick;
}

/** @param {Chart} chart */
function build(chart) {
  const { data, root, title, plot, canvas, axis } = chart;
  root.classList.toggle("projector", data.projector);
  plot.setAttribute("aria-label", `${data.alt} Arrow keys go from bubble to bubble.`);
  title.textContent = data.titles[1];
  plot.replaceChildren(...data.up.map(lineOf), canvas, ...data.bubbles.map(nameOf));
  axis.replaceChildren(...data.across.map(tickOf), element("span", "across", data.titles[0]));
}

/** @param {Component<Data>} component */
export default function (component) {
  const { data, parentElement } = component;
  const chart = CHARTS.get(parentElement) ?? newChart(component);
  CHARTS.set(parentElement, chart);
  chart.data = data;
  build(chart);
  setText(chart.words, data.bubbles[chart.chosen]?.words ?? HINT);
  paint(chart);
  return () => {
    chart.sizes.disconnect();
    CHARTS.delete(parentElement);
  };
}
