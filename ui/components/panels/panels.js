// Panels abreast. Each is made once and painted again when its data or its width changes.

import { element, rootOf } from "../shared/dom.js";
import { readTheme } from "../shared/theme.js";
import { paintCells } from "./cells.js";
import { paintCurve } from "./curve.js";

/** @import { Kind } from "../shared/colour.js" */
/** @import { Component, Packed } from "../shared/component.js" */
/** @import { Place, Theme } from "../shared/theme.js" */

/**
 * @typedef {object} CurveItem
 * @property {"curve"} type
 * @property {string} title
 * @property {string} xLabel
 * @property {[number, number] | null} here  the present point
 * @property {number} top  the vertical axis goes on to here at least
 * @property {string} setting  what x stands for, where a point can be picked
 * @property {number} colour  of the first line
 * @property {{ name: string, x: number[], y: number[] }[]} lines
 */
/**
 * @typedef {object} CellsItem
 * @property {"cells"} type
 * @property {string} title
 * @property {Packed} values  (h, w)
 * @property {Kind | "grey"} kind
 * @property {number} limit
 * @property {number} decimals
 * @property {string} caption
 */
/**
 * @typedef {object} Data
 * @property {(CurveItem | CellsItem)[]} items
 * @property {string} alt
 * @property {number} least  width of a panel
 * @property {number} height
 * @property {number} group  so many stay in one line
 * @property {boolean} projector
 */
/** @typedef {[string, number]} Picked  setting, value */
/** @typedef {{ picked: Picked }} State */
/** @typedef {(value: Picked) => void} Pick */
/** @typedef {{ box: HTMLElement, title: HTMLElement, note: HTMLElement }} Head */
/** @typedef {Head & { type: "cells", canvas: HTMLCanvasElement }} CellsView */
/** @typedef {Head & { type: "curve", svg: SVGSVGElement }} CurveView */
/**
 * @typedef {object} Row
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {Theme} theme
 * @property {(CellsView | CurveView)[]} views
 * @property {number} width  for which it is painted
 * @property {number} token  of the newest call
 * @property {Pick} pick
 * @property {ResizeObserver} sizes
 */

/** @type {WeakMap<Place, Row>} */
const PANELS = new WeakMap();

/** @param {"cells" | "curve"} type  @returns {CellsView | CurveView} */
function newPanel(type) {
  const box = element("figure");
  const head = element("figcaption");
  const [title, note] = [element("b"), element("span")];
  head.append(title, note);
  if (type === "cells") {
    const canvas = element("canvas");
    box.append(head, canvas);
    return { box, title, note, type, canvas };
  }
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  box.append(head, svg);
  return { box, title, note, type, svg };
}

/**
 * How many panels stand abreast, and how wide each is.
 * @param {Data} data  @param {number} width
 */
function arrange(data, width) {
  const gap = width < 600 ? 14 : 28;
  const least = Math.min(data.least, Math.floor((width - gap) / 2));
  const count = data.items.length;
  let across = Math.max(1, Math.min(count, Math.floor((width + gap) / (least + gap))));
  if (data.group > 1) across = Math.max(data.group, across - (across % data.group));
  else across = Math.ceil(count / Math.ceil(count / across)); // no row much shorter than another
  return { gap, across, each: Math.floor((width - (across - 1) * gap) / across) };
}

/** The panel in that place, made anew where it was of the other kind.
 * @param {Row} row  @param {number} i  @param {"cells" | "curve"} type */
function viewAt(row, i, type) {
  const old = row.views[i];
  if (old?.type === type) return old;
  const fresh = newPanel(type);
  if (old) old.box.replaceWith(fresh.box);
  else row.root.append(fresh.box);
  row.views[i] = fresh;
  return fresh;
}

/** @param {Row} row */
function paintPanels(row) {
  const { root, data, theme } = row;
  const width = Math.floor(root.clientWidth);
  if (width < 40) return;
  row.width = width;
  const { gap, across, each } = arrange(data, width);
  root.style.gap = `14px ${gap}px`;
  root.style.gridTemplateColumns = `repeat(${across}, ${each}px)`;
  const look = { theme, font: data.projector ? 17 : 14 };
  data.items.forEach((item, i) => {
    const view = viewAt(row, i, item.type);
    view.title.textContent = item.title;
    view.note.textContent = item.type === "cells" ? item.caption : "";
    if (item.type === "cells" && view.type === "cells") paintCells(view, item, each - 1, data.height, look);
    if (item.type === "curve" && view.type === "curve") paintCurve(view, item, each, data.height, look, row.pick);
  });
  while (row.views.length > data.items.length) row.views.pop()?.box.remove();
}

/** @param {Component<Data, State>} component */
function newRow({ data, parentElement }) {
  /** @type {Row} */
  const row = {
    root: rootOf(parentElement),
    data,
    theme: readTheme(parentElement),
    views: [],
    width: 0,
    token: 0,
    pick: () => {},
    sizes: new ResizeObserver(() => {
      if (Math.floor(row.root.clientWidth) !== row.width) paintPanels(row);
    }),
  };
  row.sizes.observe(row.root);
  return row;
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const row = PANELS.get(parentElement) ?? newRow(component);
  PANELS.set(parentElement, row);
  row.data = data;
  row.theme = readTheme(parentElement);
  row.pick = (value) => setTriggerValue("picked", value);
  row.root.setAttribute("role", "img");
  row.root.setAttribute("aria-label", data.alt);
  row.root.classList.toggle("projector", data.projector);
  const token = ++row.token;
  paintPanels(row);
  return () => {
    if (row.token !== token) return;
    row.sizes.disconnect();
    PANELS.delete(parentElement);
  };
}
