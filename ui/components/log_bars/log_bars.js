// Counts as bars on a logarithmic or an even scale, in the DOM: names and numbers are text, the bars
// change in place.

import { element, rootOf } from "../shared/dom.js";
import { pictureButton } from "../shared/take_away.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place } from "../shared/theme.js" */

/** @typedef {{ name: string, text: string, share: number, marked: boolean, head: string }} Count  one bar; `share` of the axis */
/** @typedef {{ decades: number, bars: Count[], projector: boolean }} Data  `decades` is 0 for an even scale */
/** @typedef {ReturnType<typeof newBar>} Bar */
/** @typedef {{ list: HTMLElement, axis: HTMLElement, bars: Bar[], decades: number, observer: ResizeObserver }} Chart */

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @param {number} power @returns {string} "1", "10", "1,000", "10⁶" */
function powerText(power) {
  if (power <= 3) return ["1", "10", "100", "1,000"][power];
  return `10${Array.from(String(power), (digit) => RAISED[Number(digit)]).join("")}`;
}

/** The parts of one bar, empty. */
function newBar() {
  const row = element("li", "bar");
  const head = element("div", "head");
  const line = element("div", "line");
  const [name, text] = [element("span", "name"), element("span", "text")];
  line.append(name, text);
  const track = element("div", "track");
  const fill = element("div", "fill");
  track.append(fill);
  row.append(head, line, track);
  return { row, head, name, text, fill };
}

/** @param {Bar} bar  @param {Count} count */
function updateBar({ row, head, name, text, fill }, count) {
  head.textContent = count.head;
  head.hidden = !count.head;
  name.textContent = count.name;
  text.textContent = count.text;
  fill.style.width = `${100 * count.share}%`;
  row.classList.toggle("marked", count.marked);
}

/**
 * Lines at the powers of ten, and their names below: as many as there is room for.
 * @param {HTMLElement} root  @param {HTMLElement} axis  @param {number} decades
 */
function updateAxis(root, axis, decades) {
  root.style.setProperty("--decades", String(decades));
  root.classList.toggle("even", decades === 0);
  if (decades === 0) return axis.replaceChildren();
  const step = Math.ceil(decades / Math.max(2, Math.floor(root.clientWidth / 75)));
  const ticks = [];
  for (let power = 0; power <= decades; power += step) {
    const tick = element("span", "tick", powerText(power));
    tick.style.left = `${(100 * power) / decades}%`;
    ticks.push(tick);
  }
  axis.replaceChildren(...ticks);
}

/** @type {WeakMap<Place, Chart>} */
const CHARTS = new WeakMap();

/** @param {HTMLElement} root  @returns {Chart} */
function newChart(root) {
  const list = element("ul", "bars");
  const axis = element("div", "axis");
  axis.setAttribute("aria-hidden", "true");
  root.replaceChildren(list, axis, element("div", "note", "each line: ten times as many"), pictureButton(root));
  const observer = new ResizeObserver(() => updateAxis(root, axis, chart.decades));
  /** @type {Chart} */
  const chart = { list, axis, bars: [], decades: 1, observer };
  chart.observer.observe(root);
  return chart;
}

/** @param {Component<Data>} component */
export default function ({ data, parentElement }) {
  const root = rootOf(parentElement);
  const chart = CHARTS.get(parentElement) ?? newChart(root);
  CHARTS.set(parentElement, chart);
  root.classList.toggle("big", data.projector);
  chart.decades = data.decades;
  while (chart.bars.length < data.bars.length) chart.bars.push(newBar());
  chart.bars.length = data.bars.length;
  data.bars.forEach((count, i) => updateBar(chart.bars[i], count));
  chart.list.replaceChildren(...chart.bars.map(({ row }) => row));
  updateAxis(root, chart.axis, data.decades);
  return () => {
    chart.observer.disconnect();
    CHARTS.delete(parentElement);
  };
}
