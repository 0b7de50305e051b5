// The likeliest classes: names and shares are text, the bars change in place.

import { element, rootOf, setText } from "../shared/dom.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place } from "../shared/theme.js" */

/** @typedef {{ label: number, name: string, share: number, marked: boolean }} Chance */
/** @typedef {{ bars: Chance[], fixed: boolean, projector: boolean }} Data */
/** @typedef {{ picked: number }} State */
/** @typedef {ReturnType<typeof newBar>} Bar */

/** @type {WeakMap<Place, { list: HTMLElement, bars: Bar[] }>} */
const CHARTS = new WeakMap();

/**
 * A share in per cent, with a decimal where it matters.
 * @param {number} share  from 0 to 1
 */
export function percent(share) {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  return `${value.toFixed(value < 10 || (value > 99 && value < 100) ? 1 : 0)} %`;
}

function newBar() {
  const row = element("li");
  const button = element("button", "bar");
  button.type = "button";
  const [name, text, track, fill] = [
    element("span", "name"),
    element("span", "text"),
    element("span", "track"),
    element("span", "fill"),
  ];
  track.append(fill);
  button.append(name, text, track);
  row.append(button);
  return { row, button, name, text, fill };
}

/** @param {Bar} bar  @param {Chance} chance  @param {boolean} fixed  @param {(label: number) => void} pick */
function updateBar({ button, name, text, fill }, chance, fixed, pick) {
  setText(name, chance.name);
  setText(text, percent(chance.share));
  fill.style.width = `${100 * chance.share}%`;
  button.setAttribute("aria-pressed", String(chance.marked));
  button.disabled = fixed;
  button.onclick = () => pick(chance.label);
}

/** @param {HTMLElement} root */
function newChart(root) {
  const list = element("ul", "bars");
  root.replaceChildren(list);
  return { list, bars: /** @type {Bar[]} */ ([]) };
}

/** @param {Component<Data, State>} component */
export default function ({ data, parentElement, setStateValue }) {
  const root = rootOf(parentElement);
  const chart = CHARTS.get(parentElement) ?? newChart(root);
  CHARTS.set(parentElement, chart);
  root.classList.toggle("big", data.projector);
  while (chart.bars.length < data.bars.length) {
    const bar = newBar();
    chart.bars.push(bar);
    chart.list.append(bar.row);
  }
  while (chart.bars.length > data.bars.length) chart.bars.pop()?.row.remove();
  const pick = (/** @type {number} */ label) => setStateValue("picked", label);
  data.bars.forEach((chance, i) => updateBar(chart.bars[i], chance, data.fixed, pick));
  return () => void CHARTS.delete(parentElement);
}
