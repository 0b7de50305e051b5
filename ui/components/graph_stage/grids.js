// The matrices of the nodes: each a grid of numbers under its title, filled or still empty.

import { colourScale } from "../shared/colour.js";
import { cellHue } from "../shared/hues.js";
import { NumberGrid } from "../shared/number_grid.js";
import { createSender, nextSequence } from "../shared/sender.js";
import { formatNumber } from "../shared/numbers.js";
import { el, setText } from "./dom.js";

const NOT_YET = "·";
const HIDDEN = "?";

/**
 * @typedef {object} Grid One matrix of the stage.
 * @property {string} name As Python calls it.
 * @property {HTMLElement} box Holds its title and its cells.
 * @property {number[] | null} local What the student has changed and Python has not answered yet.
 * @property {number} sequence Of that change.
 */

/**
 * @param {object} stage See graph_stage.js.
 * @param {string} name
 * @returns {Grid}
 */
export function createGrid(stage, name) {
  const box = el("div", "matrix");
  const title = el("div", "name");
  const grid = { name, box, title, local: null, sequence: 0, send: null };
  grid.send = createSender((value) => stage.emit(name, value));
  grid.view = new NumberGrid({
    onHover: (index) => stage.point(index === null ? null : { name, index }),
    onPin: (index) => stage.pin({ name, index }),
    onMessage: (text) => setText(stage.message, text),
    onChange: (index, value, phase, values) => changed(stage, grid, values),
  });
  box.append(title, grid.view.element);
  return grid;
}

function changed(stage, grid, values) {
  const { size, mark } = stage.data.grids[grid.name];
  grid.local = values;
  grid.sequence = nextSequence();
  const rows = Array.from({ length: size[0] }, (_, r) => values.slice(r * size[1], (r + 1) * size[1]));
  grid.send.push({ sequence: grid.sequence, on: mark, values: rows });
  updateGrid(stage, grid);
}

// What stands in a cell in place of its number, or null.
function cover(stage, item, name) {
  if (!stage.isFilled(name)) return NOT_YET;
  return item.hidden ? HIDDEN : null;
}

// The room that the widest number of a matrix needs.
function widthOf(values, decimals, font) {
  let chars = 1;
  for (const v of values) chars = Math.max(chars, formatNumber(v, decimals).length);
  return Math.max(font * 2.2, Math.ceil(chars * font * 0.585 + 8));
}

/**
 * Paints its numbers, or what covers them.
 * @param {object} stage
 * @param {Grid} grid
 */
export function updateGrid(stage, grid) {
  const item = stage.data.grids[grid.name];
  const { theme } = stage;
  const [rows, cols] = item.size;
  if (grid.sequence <= item.sequence) grid.local = null;
  if (grid.view.busy) return;
  const power = 10 ** item.exponent;
  const values = grid.local ?? item.values.map((v) => v / power);
  const blank = cover(stage, item, grid.name);
  const scale = colourScale(item.kind, theme.name, item.largest / power);
  const { font } = stage;
  setText(grid.title, item.title + (blank === null ? item.power : ""));
  grid.title.hidden = !item.named && !(blank === null && item.power);
  grid.view.update({
    rows,
    cols,
    values,
    blank,
    decimals: item.decimals,
    editable: item.editable,
    limit: item.limit,
    step: item.step,
    font,
    cellWidth: widthOf(values, item.decimals, font),
    cellHeight: Math.round(font * 1.86),
    scale: blank === null ? scale : () => scale(0),
    hues: item.hues && item.hues.of.map((n) => cellHue(n, item.hues.count, theme.name)),
    label: `${spoken(item, grid.name)}, ${rows} by ${cols}${item.editable ? ", editable: type a number or drag up and down" : ""}`,
    cellName: (r, c) => `${spoken(item, grid.name)} row ${r}, column ${c}`,
  });
}

function spoken(item, name) {
  return item.title || name;
}
