// Pointer and keys: what is pointed at, what is pinned, and a weight that is dragged.

import { isThere } from "./model.js";

/** @import { Place } from "./model.js" */
/** @import { Matrix } from "./weight_matrix.js" */

/**
 * What a grid's cells stand for.
 * @typedef {object} Meaning
 * @property {(state: Matrix) => number[]} shape
 * @property {(index: number, state: Matrix) => Place} place
 */

/** Pixels of a vertical drag for one step. */
const STEP_PIXELS = 8;

/**
 * The cell of a canvas under the pointer, −1 outside.
 * @param {MouseEvent} event  @param {HTMLCanvasElement} canvas  @param {number} side  @param {number} columns
 * @param {number} rows  @returns {Place | null}
 */
function cellUnder(event, canvas, side, columns, rows) {
  const box = canvas.getBoundingClientRect();
  const column = Math.floor((event.clientX - box.left - 1) / side);
  const row = Math.floor((event.clientY - box.top - 1) / side);
  const inside = row >= 0 && column >= 0 && row < rows && column < columns;
  return inside ? { row, column } : null;
}

/**
 * Pointing at an input lights a column, at an output a row; a click keeps it.
 * @param {Matrix} state  @param {HTMLCanvasElement} canvas  @param {Meaning} meaning
 */
function listenToGrid(state, canvas, meaning) {
  const at = (/** @type {MouseEvent} */ event) => {
    const [h, w] = meaning.shape(state);
    const cell = cellUnder(event, canvas, state.sizes.grid, w, h);
    return cell && meaning.place(cell.row * w + cell.column, state);
  };
  canvas.onpointermove = (event) => {
    if (event.pointerType !== "touch") state.point(at(event));
  };
  canvas.onpointerleave = () => state.point(null);
  canvas.onclick = (event) => state.pin(at(event));
}

/** Moves a weight with the pointer; a finger scrolls the page, and pins where it taps.  @param {Matrix} state */
function listenToMatrix(state) {
  const { matrix } = state;
  /** @type {{ place: Place, y: number, from: number } | null} */
  let drag = null;
  const at = (/** @type {MouseEvent} */ event) =>
    cellUnder(event, matrix, state.sizes.cell, state.model.columns, state.model.rows);
  matrix.onpointerdown = (event) => {
    const place = at(event);
    if (event.pointerType === "touch" || event.button || !place) return;
    state.pin(place);
    if (!isThere(state.model, place.row, place.column)) return;
    drag = { place, y: event.clientY, from: state.valueAt(place) };
    matrix.setPointerCapture(event.pointerId);
  };
  matrix.onpointermove = (event) => {
    if (drag) {
      const steps = Math.trunc((drag.y - event.clientY) / STEP_PIXELS);
      state.change(drag.place, drag.from + steps * state.step);
    } else if (event.pointerType !== "touch") state.point(at(event));
  };
  matrix.onpointerup = (event) => {
    if (event.pointerType === "touch") state.pin(at(event));
    drag = null;
  };
  matrix.onpointercancel = () => {
    drag = null;
  };
  matrix.onpointerleave = () => {
    if (!drag) state.point(null);
  };
}

/** @param {Matrix} state */
function listenToKeys(state) {
  /** @type {Record<string, [number, number]>} */
  const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  /** @type {Record<string, number>} */
  const steps = { PageUp: 1, PageDown: -1 };
  state.matrix.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { rows, columns } = state.model;
    const { row, column } = state.pinned ?? { row: 0, column: 0 };
    const within = (/** @type {number} */ value, /** @type {number} */ count) =>
      Math.max(0, Math.min(count - 1, value));
    if (moves[event.key]) {
      const [down, right] = moves[event.key];
      state.pin({ row: within(row + down, rows), column: within(column + right, columns) });
    } else if (steps[event.key] && state.pinned && isThere(state.model, row, column)) {
      state.change(state.pinned, state.valueAt(state.pinned) + steps[event.key] * state.step);
    } else if (event.key === "Escape") state.pin(null);
    else return;
    event.preventDefault();
  };
}

/** @param {Matrix} state */
export function listen(state) {
  listenToMatrix(state);
  listenToKeys(state);
  listenToGrid(state, state.input, { shape: (s) => s.model.xShape, place: (i) => ({ row: -1, column: i }) });
  listenToGrid(state, state.rowGrid, {
    shape: (s) => s.model.xShape,
    place: (i, s) => ({ row: s.pinned?.row ?? -1, column: i }),
  });
  listenToGrid(state, state.output, { shape: (s) => s.model.yShape, place: (i) => ({ row: i, column: -1 }) });
  state.slider.oninput = () => {
    if (state.pinned) state.change(state.pinned, Number(state.slider.value));
  };
}
