// The kernel alone: one grid of numbers, its sign colours, its legend.

import { colourScale, maxAbs } from "../shared/colour.js";
import { element, rootOf } from "../shared/dom.js";
import { cellHue } from "../shared/hues.js";
import { NumberGrid } from "../shared/number_grid.js";
import { decimalsFor, formatNumber } from "../shared/numbers.js";
import { createSender, nextSequence } from "../shared/sender.js";
import { readTheme } from "../shared/theme.js";

/** @import { Component, Edit, Packed } from "../shared/component.js" */
/** @import { Kind } from "../shared/colour.js" */
/** @import { Place, Theme } from "../shared/theme.js" */

/**
 * @typedef {object} Data
 * @property {Packed} weight
 * @property {[number, number]} size  rows, columns
 * @property {boolean} editable
 * @property {string} title
 * @property {Kind | "grey"} kind
 * @property {number | null} step
 * @property {boolean} projector
 * @property {number} sequence  of the newest edit that Python has seen
 * @property {number} mark
 */
/** @typedef {{ kernel: Edit }} State */

/**
 * @typedef {object} Kernel
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {Theme} theme
 * @property {number[] | null} local  what the student has changed and Python has not answered yet
 * @property {number} sequence  of that change
 * @property {number} width  for which it is painted
 * @property {number} token  of the newest call
 * @property {(value: Edit) => void} emit
 * @property {ReturnType<typeof createSender<Edit>>} send
 * @property {NumberGrid} grid
 * @property {() => void} destroy
 */

/** @type {WeakMap<Place, Kernel>} */
const KERNELS = new WeakMap();

/** @param {Component<Data, State>} component */
function createKernel({ data, parentElement }) {
  const root = rootOf(parentElement);
  const message = element("div", "ng-message");
  message.setAttribute("role", "alert");
  const grid = new NumberGrid({
    onMessage: (text) => {
      message.textContent = text;
    },
    onChange: (index, value, phase, values) => changed(state, values),
  });
  const observer = new ResizeObserver(() => {
    if (root.clientWidth !== state.width) paintKernel(state);
  });
  /** @type {Kernel} */
  const state = {
    root,
    data,
    theme: readTheme(parentElement),
    local: null,
    sequence: 0,
    width: 0,
    token: 0,
    emit: () => {},
    send: createSender((value) => state.emit(value)),
    grid,
    destroy: () => {
      observer.disconnect();
      state.send.stop();
    },
  };
  root.replaceChildren(grid.element, message);
  observer.observe(root);
  return state;
}

/** @param {Kernel} state  @param {number[]} values */
function changed(state, values) {
  state.local = values;
  state.sequence = nextSequence();
  const [, cols] = state.data.size;
  const rows = Array.from({ length: values.length / cols }, (_, r) => values.slice(r * cols, (r + 1) * cols));
  state.send.push({ sequence: state.sequence, on: state.data.mark, values: rows });
  paintKernel(state);
}

/** @param {Kernel} state */
function paintKernel(state) {
  const { data, theme, grid, root } = state;
  const [rows, cols] = data.size;
  const values = state.local ?? data.weight.data;
  const decimals = decimalsFor(values, 2);
  let chars = 1;
  for (const v of values) chars = Math.max(chars, formatNumber(v, decimals).length);
  state.width = root.clientWidth;
  const least = data.projector ? 18 : 14;
  const room = Math.floor((state.width - 2) / cols);
  const side = Math.min(data.projector ? 64 : 52, room);
  const width = Math.min(room, Math.max(side, Math.ceil(chars * least * 0.585 + 8)));
  const font = Math.max(11, Math.min(least + 4, side * 0.42, (width - 6) / (chars * 0.585)));
  const hues = Array.from(values, (_, t) => cellHue(t, values.length, theme.name));
  root.style.fontFamily = theme.font;
  grid.update({
    rows,
    cols,
    values,
    decimals,
    editable: data.editable,
    cellWidth: width,
    cellHeight: Math.max(24, Math.min(side, width)),
    font,
    scale: colourScale(data.kind, theme.name, maxAbs(values)),
    hues: width >= 15 ? hues : null,
    step: data.step ?? undefined,
    label: `${data.title}, ${rows} by ${cols}${data.editable ? ", editable: type a number or drag up and down" : ""}`,
    cellName: (a, b) =>
      data.kind === "weight" ? `weight row ${a}, column ${b}` : `${data.title}, row ${a}, column ${b}`,
  });
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const state = KERNELS.get(parentElement) ?? createKernel(component);
  KERNELS.set(parentElement, state);
  const token = ++state.token;
  const reshaped = state.data.size.join() !== data.size.join();
  state.data = data;
  state.theme = readTheme(parentElement);
  state.emit = (value) => setStateValue("kernel", value);
  if (reshaped || state.sequence <= data.sequence) state.local = null;
  if (!state.grid.busy || reshaped) paintKernel(state);
  state.send.settled();
  return () => {
    if (state.token !== token) return; // a newer call has taken over
    state.destroy();
    KERNELS.delete(parentElement);
  };
}
