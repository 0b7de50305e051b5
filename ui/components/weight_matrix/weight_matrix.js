// A layer as a matrix that can be touched. What is pointed at lights up in all four pictures; a
// weight that is dragged moves at once, its copies with it, and the output follows from Python.

import { maxAbs } from "../shared/colour.js";
import { element, rootOf } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";
import { createSender, nextSequence } from "../shared/sender.js";
import { readTheme } from "../shared/theme.js";
import { build } from "./dom.js";
import { listen } from "./input.js";
import { sizes } from "./layout.js";
import { copiesOf, isThere, placeText, withChange } from "./model.js";
import { paintGrids, paintMatrix } from "./paint.js";
import { short, weightWords, writeSum } from "./words.js";

/** @import { Component, Edit, Packed } from "../shared/component.js" */
/** @import { Place as Host, Theme } from "../shared/theme.js" */
/** @import { Parts } from "./dom.js" */
/** @import { Sizes } from "./layout.js" */
/** @import { Model, Place } from "./model.js" */

/**
 * @typedef {object} Data
 * @property {Packed} weights  (rows, columns)
 * @property {Packed | null} taps
 * @property {Packed} x  (h, w)
 * @property {Packed} y
 * @property {string} state  which of its states a change is: the kernel, or the list of changes
 * @property {boolean} tied
 * @property {Packed} edited
 * @property {number} sequence  of the newest change that Python has seen
 * @property {number} mark
 * @property {string} summary
 * @property {boolean} editable
 * @property {boolean} projector
 */
/** @typedef {Record<string, Edit>} State */
/**
 * @typedef {object} Own  beside the elements
 * @property {HTMLElement} root
 * @property {Data} data
 * @property {Model} model
 * @property {Theme} theme
 * @property {Sizes} sizes
 * @property {number} width  for which it is painted
 * @property {number} limit  the end of the colours
 * @property {HTMLCanvasElement} pixels  the matrix, one pixel a weight
 * @property {Place | null} pinned
 * @property {Place | null} pointed
 * @property {number[] | null} local  the change that Python has not seen yet
 * @property {number[]} edited
 * @property {number} sequence  of that change
 * @property {number} step
 * @property {boolean} begun  an output has been chosen
 * @property {number} token  of the newest call
 * @property {(value: Edit) => void} emit
 * @property {ReturnType<typeof createSender<Edit>>} send
 * @property {(place: Place | null) => void} point
 * @property {(place: Place | null) => void} pin
 * @property {(place: Place) => number} valueAt
 * @property {(place: Place, wanted: number) => void} change
 * @property {ResizeObserver} observer
 */
/** @typedef {Parts & Own} Matrix */

/** @type {WeakMap<Host, Matrix>} */
const MATRICES = new WeakMap();
/** No weight goes beyond this. */
const LIMIT = 9;
const NOWHERE = { row: -1, column: -1 };

/** The state of one matrix, and what may be done with it.  @param {Component<Data, State>} component */
function create({ data, parentElement }) {
  const root = rootOf(parentElement);
  /** @type {Matrix} */
  const state = {
    ...build(root),
    root,
    data,
    model: modelOf(data),
    theme: readTheme(parentElement),
    sizes: sizes(0, 1, 1, false),
    width: 0,
    limit: 1,
    pixels: element("canvas"),
    pinned: null,
    pointed: null,
    local: null,
    edited: [],
    sequence: 0,
    step: 1,
    begun: false,
    token: 0,
    emit: () => {},
    send: createSender((value) => state.emit(value)),
    point: (place) => {
      state.pointed = place;
      paint(state);
    },
    pin: (place) => {
      state.pinned = place;
      state.pointed = null;
      paint(state);
    },
    valueAt: ({ row, column }) => state.model.weights[row * state.model.columns + column],
    change: (place, wanted) => change(state, place, wanted),
    observer: new ResizeObserver(() => {
      if (root.clientWidth !== state.width) paint(state);
    }),
  };
  state.observer.observe(root);
  listen(state);
  return state;
}

/**
 * A weight has another value: shown at once, told to Python as quickly as it answers.
 * @param {Matrix} state  @param {Place} place  @param {number} wanted
 */
function change(state, place, wanted) {
  const { model: m, data, step } = state;
  const value = Math.max(-LIMIT, Math.min(LIMIT, Math.round(wanted / step) * step));
  const rounded = Number(value.toFixed(4));
  if (!data.editable) return;
  if (!isThere(m, place.row, place.column) || rounded === state.valueAt(place)) return;
  for (const i of copiesOf(m, place)) m.weights[i] = rounded;
  state.local = withChange(state.local ?? state.edited, m, place, rounded);
  state.sequence = nextSequence();
  const across = data.edited.shape[1];
  const { local } = state;
  const rows = Array.from({ length: data.edited.shape[0] }, (_, r) => local.slice(r * across, (r + 1) * across));
  state.send.push({ sequence: state.sequence, on: data.mark, values: rows });
  paint(state);
}

/** @param {Matrix} state */
function paint(state) {
  const { data, model: m } = state;
  const at = state.pointed ?? state.pinned ?? NOWHERE;
  state.width = state.root.clientWidth;
  if (state.width < 20) return;
  state.sizes = sizes(state.width, m.columns, m.xShape[1], data.projector);
  state.limit = Math.max(maxAbs(m.weights), 1e-9);
  paintMatrix(state, at);
  paintGrids(state, at);
  tell(state, at);
}

/**
 * Titles, the sum, the slider of the pinned weight, and what a screen reader hears.
 * @param {Matrix} state  @param {Place} at
 */
function tell(state, at) {
  const { model: m, data } = state;
  const top = short(state.limit);
  state.matrixTitle.textContent = `W: ${m.rows} outputs × ${m.columns} inputs; −${top} … 0 … ${top}`;
  state.rowTitle.textContent = at.row < 0 ? "a row of W, over the input" : `row ${at.row} of W, over the input`;
  writeSum(state.sum, m, at);
  state.words.textContent = weightWords(m, at);
  const pinned = state.pinned;
  const chosen = data.editable && pinned && isThere(m, pinned.row, pinned.column) ? pinned : null;
  state.slider.disabled = !chosen;
  state.label.classList.toggle("off", !chosen);
  const value = chosen ? state.valueAt(chosen) : 0;
  const { activeElement } = /** @type {Document | ShadowRoot} */ (state.root.getRootNode());
  if (activeElement !== state.slider) state.slider.value = String(value);
  state.value.textContent = chosen ? short(value) : "";
  state.told.textContent = pinned === at ? `${state.words.textContent} ${state.sum.textContent}` : "";
  const keys = data.editable ? "Arrow keys move, Page Up and Page Down change the weight." : "Arrow keys move.";
  state.matrix.setAttribute("aria-label", `${data.summary} ${keys}`);
  state.input.setAttribute("aria-label", `Input, ${m.xShape.join(" by ")}: ${Array.from(m.x, short).join(", ")}`);
  const row = at.row < 0 ? "none is chosen" : `of output ${placeText(at.row, m.yShape)}`;
  state.rowGrid.setAttribute("aria-label", `The row of weights, laid over the input: ${row}`);
  const outputs = Array.from(m.y, (v) => formatNumber(v, 1)).join(", ");
  state.output.setAttribute("aria-label", `Output, ${m.yShape.join(" by ")}: ${outputs}`);
}

/** @param {Data} data  @returns {Model} */
function modelOf({ weights, tied, taps, x, y }) {
  const [rows, columns] = weights.shape;
  const picture = { x: x.data, xShape: x.shape, y: y.data, yShape: y.shape };
  return { rows, columns, weights: weights.data, tied, taps: taps?.data ?? null, ...picture };
}

/** What Python sent; a change that it has not seen yet stays.  @param {Matrix} state  @param {Data} data */
function take(state, data) {
  const fresh = !state.begun || state.data.state !== data.state || state.sequence <= data.sequence;
  const model = modelOf(data);
  if (!fresh && state.local) model.weights.set(state.model.weights);
  if (fresh) state.local = null;
  state.data = data;
  state.edited = Array.from(data.edited.data);
  state.model = model;
  state.step = data.tied ? 0.5 : 0.1;
  Object.assign(state.slider, { min: -LIMIT, max: LIMIT, step: state.step });
  // At first an output in the middle is chosen, for there to be something to see.
  const middle = Math.floor(model.rows / 2) + Math.floor(data.y.shape[1] / 2) - data.y.shape[1];
  if (state.pinned === null && !state.begun) state.pinned = { row: middle, column: middle + 1 };
  state.begun = true;
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const state = MATRICES.get(parentElement) ?? create(component);
  MATRICES.set(parentElement, state);
  const token = ++state.token;
  state.theme = readTheme(parentElement);
  state.emit = (value) => setStateValue(state.data.state, value);
  take(state, data);
  state.root.classList.toggle("big", data.projector);
  paint(state);
  state.send.settled();
  return () => {
    if (state.token !== token) return; // a newer call has taken over
    state.observer.disconnect();
    state.send.stop();
    MATRICES.delete(parentElement);
  };
}
