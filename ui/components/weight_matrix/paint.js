// Canvases: the matrix as colours, the grids as colours with numbers, and what is pointed at.

import { contextOf, fitCanvas } from "../shared/canvas.js";
import { colourScale, css, inkOn, maxAbs } from "../shared/colour.js";
import { decimalsFor, formatNumber } from "../shared/numbers.js";
import { copiesOf, inputsOf, isThere, outputsOf } from "./model.js";

/** @import { Kind, Scale } from "../shared/colour.js" */
/** @import { Place } from "./model.js" */
/** @import { Matrix } from "./weight_matrix.js" */

/**
 * A grid of numbers in a canvas.
 * @typedef {object} Grid
 * @property {Float32Array} values
 * @property {number[]} shape
 * @property {Kind | "grey"} kind
 * @property {number} limit
 * @property {(index: number) => boolean} [there]  cells without a number are empty
 * @property {number[]} [framed]  cells in the accent's frame
 * @property {number} marked  the one with the thicker frame; −1: none
 */

/** One pixel a weight, on a canvas of its own, to be enlarged.  @param {Matrix} state  @param {Scale} scale */
function picture(state, scale) {
  const { model: m } = state;
  state.pixels.width = m.columns;
  state.pixels.height = m.rows;
  const g = contextOf(state.pixels);
  const image = g.createImageData(m.columns, m.rows);
  m.weights.forEach((value, i) => image.data.set([...scale(value), 255], 4 * i));
  g.putImageData(image, 0, 0);
  return state.pixels;
}

/** @param {Matrix} state  @param {Place} at */
export function paintMatrix(state, at) {
  const { model: m, theme, sizes } = state;
  const { cell } = sizes;
  const [width, height] = [m.columns * cell, m.rows * cell];
  const g = fitCanvas(state.matrix, width + 2, height + 2);
  g.clearRect(0, 0, width + 2, height + 2);
  g.imageSmoothingEnabled = false;
  g.drawImage(picture(state, colourScale("weight", theme.name, state.limit)), 1, 1, width, height);
  g.strokeStyle = theme.border;
  g.strokeRect(0.5, 0.5, width + 1, height + 1);
  g.strokeStyle = theme.accent;
  g.lineWidth = 1.5;
  if (at.row >= 0) g.strokeRect(0.5, at.row * cell + 0.5, width + 1, cell + 1);
  if (at.column >= 0) g.strokeRect(at.column * cell + 0.5, 0.5, cell + 1, height + 1);
  if (at.row < 0 || at.column < 0) return;
  g.fillStyle = theme.accent;
  const copies = m.tied ? copiesOf(m, at) : [];
  const dot = Math.ceil(cell / 2);
  for (const i of copies) {
    const [r, c] = [Math.floor(i / m.columns), i % m.columns];
    g.fillRect(1 + c * cell + (cell - dot) / 2, 1 + r * cell + (cell - dot) / 2, dot, dot);
  }
}

/**
 * The numbers' texts: with decimals where they are needed and have room.
 * @param {CanvasRenderingContext2D} g  @param {Float32Array} values  @param {number} side
 */
function texts(g, values, side) {
  const exact = decimalsFor(values, 1);
  const shown = Array.from(values, (v) => formatNumber(v, exact));
  return widest(g, shown) <= side - 2 ? shown : Array.from(values, (v) => formatNumber(v, 0));
}

/** @param {CanvasRenderingContext2D} g  @param {string[]} shown */
function widest(g, shown) {
  return Math.max(...shown.map((text) => g.measureText(text).width));
}

/** @param {HTMLCanvasElement} canvas  @param {Grid} grid  @param {Matrix} state */
function paintGrid(canvas, grid, { theme, sizes }) {
  const { grid: side, font } = sizes;
  const [h, w] = grid.shape;
  const g = fitCanvas(canvas, w * side + 2, h * side + 2);
  g.clearRect(0, 0, w * side + 2, h * side + 2);
  const scale = colourScale(grid.kind, theme.name, grid.limit);
  g.font = `${font}px ${theme.font}`;
  const shown = texts(g, grid.values, side);
  const share = (side - 2) / widest(g, shown);
  if (share < 1) g.font = `${Math.max(10, Math.floor(font * share))}px ${theme.font}`;
  g.textAlign = "center";
  g.textBaseline = "middle";
  for (let i = 0; i < shown.length; i++) {
    const [x, y] = [1 + (i % w) * side, 1 + Math.floor(i / w) * side];
    const there = grid.there ? grid.there(i) : true;
    const colour = there ? scale(grid.values[i]) : null;
    g.fillStyle = colour ? css(colour) : theme.panel;
    g.fillRect(x, y, side - 1, side - 1);
    if (!colour) continue;
    g.fillStyle = inkOn(colour);
    g.fillText(shown[i], x + (side - 1) / 2, y + side / 2 + 0.5);
  }
  g.strokeStyle = theme.accent;
  for (const i of grid.framed ?? []) frame(g, i, w, side, 1.5);
  if (grid.marked >= 0) frame(g, grid.marked, w, side, 4);
}

/**
 * @param {CanvasRenderingContext2D} g  @param {number} index  @param {number} w  @param {number} side
 * @param {number} line
 */
function frame(g, index, w, side, line) {
  g.lineWidth = line;
  const inset = line / 2;
  const [x, y] = [1 + (index % w) * side, 1 + Math.floor(index / w) * side];
  g.strokeRect(x + inset, y + inset, side - 1 - line, side - 1 - line);
}

/** Input, the row of weights laid over it, output.  @param {Matrix} state  @param {Place} at */
export function paintGrids(state, at) {
  const { model: m } = state;
  const seen = at.row >= 0 ? inputsOf(m, at.row) : [];
  const framed = m.taps ? seen : []; // in a dense layer it would be every cell
  paintGrid(
    state.input,
    {
      values: m.x,
      shape: m.xShape,
      kind: "grey",
      limit: maxAbs(m.x) || 1,
      framed,
      marked: at.column,
    },
    state,
  );
  const first = Math.max(0, at.row) * m.columns;
  const row = m.weights.subarray(first, first + m.columns);
  paintGrid(
    state.rowGrid,
    {
      values: row,
      shape: m.xShape,
      kind: "weight",
      limit: state.limit,
      there: (c) => isThere(m, at.row, c),
      marked: at.row >= 0 ? at.column : -1,
    },
    state,
  );
  const fed = at.column >= 0 && at.row < 0 && m.taps ? outputsOf(m, at.column) : [];
  paintGrid(
    state.output,
    {
      values: m.y,
      shape: m.yShape,
      kind: "activation",
      limit: maxAbs(m.y) || 1,
      framed: fed,
      marked: at.row,
    },
    state,
  );
}
