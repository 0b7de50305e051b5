// Beside an open level: what is pointed at, its neighbourhood as numbers, the sum of a dense unit.

import { fitCanvas } from "../shared/canvas.js";
import { colourScale, css } from "../shared/colour.js";
import { formatNumber } from "../shared/numbers.js";
import { addElement, setText } from "../shared/dom.js";
import { writeNumbers } from "./paint.js";
import { limitOf } from "./scene.js";
import { describe, layerLine, valueAt } from "./words.js";

/** @import { Layer, Spot, Term } from "./model.js" */
/** @import { Layout, View } from "./network_view.js" */
/** @import { Palette } from "./paint.js" */

/** @typedef {ReturnType<typeof makePanel>} Panel */
/** @typedef {ReturnType<typeof newTerm>} TermRow */
/** @typedef {[string, Term[]][]} TermLists  by title */

const LENS_CELL = 40; // wide enough for two decimals
const LENS_ROWS = 5;

/** @param {HTMLElement} panel */
export function makePanel(panel) {
  const drawing = addElement(panel, "div", "panel-label drawing-label");
  const body = addElement(panel, "div", "panel-body");
  const words = addElement(body, "div", "panel-words");
  return {
    drawing,
    body,
    where: addElement(words, "div", "panel-where"),
    value: addElement(words, "div", "panel-value"),
    more: addElement(words, "div", "panel-more"),
    sum: addElement(words, "div", "term-total"),
    lens: addElement(body, "canvas", "lens"),
    terms: addElement(body, "div", "terms"),
    rows: /** @type {TermRow[]} */ ([]),
  };
}

/** @param {View} state  @param {Layout} layout */
export function placePanel(state, layout) {
  const { panel } = state.dom;
  panel.hidden = !layout.panel;
  if (!layout.panel) return;
  const { x, y, w, textY, below } = layout.panel;
  panel.classList.toggle("below", !!below);
  Object.assign(panel.style, { left: `${x}px`, top: `${y}px`, width: `${w}px` });
  state.panel.drawing.textContent = layout.drawing ? `the ${state.model.label}` : "";
  state.panel.body.style.marginTop = `${(textY ?? y) - y}px`;
}

/** @param {View} state */
export function updatePanel(state) {
  const { layout, model, selection } = state;
  if (!layout.panel || selection.layer === null) return;
  const focus = state.focus ?? selection; // while nothing is pointed at: what is open
  const { where, value, more } = describe(model, focus);
  setText(state.panel.where, where);
  setText(state.panel.value, value);
  setText(state.panel.more, more || layerLine(model.layers[selection.layer]));
  drawLens(state, focus);
  updateTerms(state);
  makeRoom(state);
}

/** Below the maps (on a phone) the panel is as tall as what it says.  @param {View} view */
function makeRoom({ layout, dom }) {
  if (!layout.panel) return;
  const needed = layout.panel.y + dom.panel.scrollHeight;
  dom.scene.style.height = `${Math.max(layout.height, needed)}px`;
}

/**
 * The cells around the one pointed at, with numbers, where the map itself is too large for them.
 * @param {View} state  @param {Spot} focus
 */
function drawLens(state, focus) {
  const { lens } = state.panel;
  const layer = state.model.layers[focus.layer];
  const tile = state.layout.main;
  const roomy = tile && layer.index === tile.layer && tile.w / tile.gridCols >= 26;
  const pointless = focus.row === null || layer.cells === 1 || roomy || !state.layout.panel;
  lens.hidden = pointless;
  if (focus.row === null || lens.hidden) return;
  const rows = Math.min(LENS_ROWS, layer.rows);
  const most = 2 * Math.floor(((state.layout.panel?.w ?? 0) / LENS_CELL / state.type - 1) / 2) + 1;
  const cols = Math.min(Math.min(7, most), layer.cols);
  const row0 = Math.min(Math.max(0, focus.row - (rows >> 1)), layer.rows - rows);
  const col0 = Math.min(Math.max(0, focus.col - (cols >> 1)), layer.cols - cols);
  const cell = Math.floor(LENS_CELL * state.type);
  const context = fitCanvas(lens, cols * cell, rows * cell);
  const values = new Float32Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) values[r * cols + c] = valueAt(layer, focus.map, row0 + r, col0 + c);
  }
  /** @type {Palette} */
  const palette = layer.isInput ? "grey" : "activation";
  const limit = limitOf(state, layer);
  const scale = colourScale(palette, state.theme.name, limit);
  values.forEach((v, i) => {
    context.fillStyle = css(scale(v));
    context.fillRect((i % cols) * cell, Math.floor(i / cols) * cell, cell, cell);
  });
  writeNumbers(
    context,
    { values, palette, limit, x: 0, y: 0, w: cols * cell, h: rows * cell, gridRows: rows, gridCols: cols },
    state.theme,
    14 * state.type,
  );
  context.strokeStyle = state.theme.accent;
  context.lineWidth = 2;
  context.strokeRect((focus.col - col0) * cell + 1, (focus.row - row0) * cell + 1, cell - 2, cell - 2);
}

/** The strongest products of an open dense unit, and its sum.  @param {View} state */
function updateTerms(state) {
  const { terms } = state.panel;
  const { model, layout, selection } = state;
  const { weights } = model;
  const layer = selection.layer === null ? null : model.layers[selection.layer];
  const open = layout.unit && layer && weights?.layer === layer.name && weights.unit === selection.map;
  terms.hidden = !open;
  state.panel.sum.hidden = !open;
  if (!open || !weights) return;
  const source = model.layers[layer.source ?? layer.index];
  const end = Math.max(1e-9, ...[...weights.strongest, ...weights.weakest].map((t) => Math.abs(t.product)));
  /** @type {TermLists} */
  const lists = [
    ["raise it most", weights.strongest],
    ["lower it most", weights.weakest],
  ];
  const wanted = lists.reduce((sum, [, list]) => sum + list.length, 0);
  if (terms.dataset.rows !== `${wanted} ${weights.strongest.length}`) buildTerms(state, terms, lists, wanted);
  let i = 0;
  for (const [, list] of lists) {
    for (const term of list) {
      const row = state.panel.rows[i++];
      row.term = term;
      setText(row.name, termName(source, term));
      setText(row.sum, `${formatNumber(term.value, 2)} × ${formatNumber(term.weight, 2)}`);
      setText(row.product, formatNumber(term.product, 2));
      row.fill.style.transform = `scaleX(${Math.abs(term.product) / end})`;
      row.fill.classList.toggle("negative", term.product < 0);
    }
  }
  const { raised, lowered, bias, total } = weights;
  const parts = [
    formatNumber(raised, 2),
    `− ${formatNumber(-lowered, 2)}`,
    `${bias < 0 ? "−" : "+"} bias ${formatNumber(Math.abs(bias), 2)}`,
  ];
  setText(state.panel.sum, `${parts.join(" ")} = ${total === null ? "" : formatNumber(total, 2)}`);
}

/** @param {Layer} source  @param {Term} term */
function termName(source, { map, row, col }) {
  return source.cells === 1 ? `unit ${map}` : source.maps === 1 ? `[${row}, ${col}]` : `map ${map} [${row}, ${col}]`;
}

/** @param {View} state  @param {HTMLElement} terms  @param {TermLists} lists  @param {number} wanted */
function buildTerms(state, terms, lists, wanted) {
  terms.replaceChildren();
  terms.dataset.rows = `${wanted} ${lists[0][1].length}`;
  state.panel.rows = [];
  for (const [title, list] of lists) {
    if (!list.length) continue;
    const group = addElement(terms, "div", "term-list");
    addElement(group, "div", "panel-label").textContent = title;
    for (const term of list) state.panel.rows.push(newTerm(state, group, term));
  }
}

/** @param {View} state  @param {HTMLElement} group  @param {Term} term */
function newTerm(state, group, term) {
  const row = addElement(group, "button", "term");
  row.type = "button";
  const name = addElement(row, "span", "term-name");
  const sum = addElement(row, "span", "term-sum");
  const fill = addElement(addElement(row, "span", "track"), "b", "fill");
  const entry = { row, name, sum, fill, product: addElement(row, "span", "term-product"), term };
  row.onclick = () => state.act.select(state, spotOf(state, entry.term));
  row.onpointerenter = () => state.act.pointAt(state, spotOf(state, entry.term));
  row.onpointerleave = () => state.act.pointAt(state, null);
  return entry;
}

/** The cell, or the unit, that a term of the open unit comes from.  @param {View} state  @param {Term} term  @returns {Spot} */
function spotOf({ model, selection }, { map, row, col }) {
  const open = model.layers[selection.layer ?? 0];
  const source = model.layers[open.source ?? 0];
  return source.cells > 1 ? { layer: source.index, map, row, col } : { layer: source.index, map, row: null, col: null };
}
