// The matrices of the nodes: each a grid of numbers under its title, filled or still empty.

import { colourScale } from "../shared/colour.js";
import { element, setText } from "../shared/dom.js";
import { cellHue } from "../shared/hues.js";
import { NumberGrid } from "../shared/number_grid.js";
import { createSender, nextSequence } from "../shared/sender.js";
import { formatNumber } from "../shared/numbers.js";

/** @import { Kind } from "../shared/colour.js" */
/** @import { Edit } from "../shared/component.js" */
/** @import { ThemeName } from "../shared/theme.js" */
/** @import { GraphStage } from "./graph_stage.js" */

const NOT_YET = "·";
const HIDDEN = "?";

/**
 * @typedef {object} Item  one matrix as Python sends it
 * @property {string} title
 * @property {boolean} named  whether its title is shown
 * @property {[number, number]} size
 * @property {number[]} values
 * @property {number} exponent  of the power of ten that is taken out of the numbers
 * @property {string} power  that power, in words
 * @property {number} decimals
 * @property {number} largest
 * @property {Kind | "grey"} kind
 * @property {boolean} editable
 * @property {number | null} step
 * @property {number} limit
 * @property {{ of: number[], count: number } | null} hues
 * @property {boolean} hidden  to be guessed
 * @property {number} sequence  of the newest change that Python has seen
 * @property {number} mark
 */
/**
 * @typedef {object} Grid  one matrix of the stage
 * @property {string} name  as Python calls it
 * @property {HTMLElement} box  holds its title and its cells
 * @property {HTMLElement} title
 * @property {HTMLElement} power  behind its title; keeps its room while the numbers are not there yet
 * @property {NumberGrid} view
 * @property {ReturnType<typeof createSender<Edit>>} send
 * @property {number[] | null} local  what the student has changed and Python has not answered yet
 * @property {number} sequence  of that change
 */

/** @param {GraphStage} stage  @param {string} name  @returns {Grid} */
export function createGrid(stage, name) {
  const box = element("div", "matrix");
  const title = element("div", "name");
  const power = element("span");
  title.append(element("span"), power);
  const view = new NumberGrid({
    onHover: (index) => stage.point(index === null ? null : { name, index }),
    onPin: (index) => stage.pin({ name, index }),
    onMessage: (text) => setText(stage.message, text),
    onChange: (index, value, phase, values) => changed(stage, grid, values),
  });
  box.append(title, view.element);
  /** @type {Grid} */
  const grid = {
    name,
    box,
    title,
    power,
    view,
    send: createSender((value) => stage.emit(name, value)),
    local: null,
    sequence: 0,
  };
  return grid;
}

/** @param {GraphStage} stage  @param {Grid} grid  @param {number[]} values */
function changed(stage, grid, values) {
  const { size, mark } = stage.data.grids[grid.name];
  grid.local = values;
  grid.sequence = nextSequence();
  const rows = Array.from({ length: size[0] }, (_, r) => values.slice(r * size[1], (r + 1) * size[1]));
  grid.send.push({ sequence: grid.sequence, on: mark, values: rows });
  updateGrid(stage, grid);
}

/**
 * What stands in a cell in place of its number, or null.
 * @param {GraphStage} stage  @param {Item} item  @param {string} name
 */
function cover(stage, item, name) {
  if (!stage.isFilled(name)) return NOT_YET;
  return item.hidden ? HIDDEN : null;
}

/**
 * The room that the widest number of a matrix needs.
 * @param {number[]} values  @param {number} decimals  @param {number} font
 */
function widthOf(values, decimals, font) {
  let chars = 1;
  for (const v of values) chars = Math.max(chars, formatNumber(v, decimals).length);
  return Math.max(font * 2.2, Math.ceil(chars * font * 0.585 + 8));
}

/**
 * Paints its numbers, or what covers them.
 * @param {GraphStage} stage
 * @param {Grid} grid
 */
export function updateGrid(stage, grid) {
  const item = stage.data.grids[grid.name];
  const { theme, data } = stage;
  const [rows, cols] = item.size;
  if (grid.sequence <= item.sequence) grid.local = null;
  if (grid.view.busy) return;
  const power = 10 ** item.exponent;
  const values = grid.local ?? item.values.map((v) => v / power);
  const blank = cover(stage, item, grid.name);
  const scale = colourScale(item.kind, theme.name, item.largest / power);
  const { font } = stage;
  setText(/** @type {HTMLElement} */ (grid.title.firstElementChild), item.title);
  setText(grid.power, item.hidden ? "" : item.power);
  grid.power.style.visibility = blank === null ? "" : "hidden";
  grid.title.hidden = !item.named && !(blank === null && item.power);
  grid.view.update({
    rows,
    cols,
    values,
    blank,
    decimals: item.decimals,
    editable: item.editable,
    limit: item.limit,
    step: item.step ?? undefined,
    font,
    cellWidth: widthOf(values, item.decimals, font),
    cellHeight: Math.round(font * 1.86),
    scale: blank === null ? scale : () => scale(0),
    hues: huesOf(item, theme.name),
    label: `${spoken(item, grid.name)}, ${rows} by ${cols}${item.editable ? ", editable: type a number or drag up and down" : ""}`,
    cellName: (r, c) => `${spoken(item, grid.name)} row ${r + data.first}, column ${c + data.first}`,
  });
}

/** @param {Item} item  @param {ThemeName} themeName */
function huesOf({ hues }, themeName) {
  return hues && hues.of.map((n) => cellHue(n, hues.count, themeName));
}

/** @param {Item} item  @param {string} name */
function spoken(item, name) {
  return item.title || name;
}
