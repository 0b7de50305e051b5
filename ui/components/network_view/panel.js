// Beside an open level: what is pointed at, its neighbourhood as numbers, the sum of a dense unit.

import { fitCanvas } from "../shared/canvas.js";
import { colourScale, css } from "../shared/colour.js";
import { formatNumber } from "../shared/numbers.js";
import { element, setText } from "./dom.js";
import { writeNumbers } from "./paint.js";
import { limitOf } from "./scene.js";
import { describe, layerLine, valueAt } from "./words.js";

const LENS_CELL = 40; // wide enough for two decimals
const LENS_ROWS = 5;

export function buildPanel(state) {
  const { panel } = state.dom;
  panel.replaceChildren();
  state.panel = {
    drawing: element("div", "panel-label drawing-label", panel),
    body: element("div", "panel-body", panel),
  };
  const { body } = state.panel;
  const words = element("div", "panel-words", body);
  state.panel.where = element("div", "panel-where", words);
  state.panel.value = element("div", "panel-value", words);
  state.panel.more = element("div", "panel-more", words);
  state.panel.sum = element("div", "term-total", words);
  state.panel.lens = element("canvas", "lens", body);
  state.panel.terms = element("div", "terms", body);
}

export function placePanel(state, layout) {
  const { panel } = state.dom;
  panel.hidden = !layout.panel;
  if (!layout.panel) return;
  const { x, y, w, textY, below } = layout.panel;
  panel.classList.toggle("below", !!below);
  Object.assign(panel.style, { left: `${x}px`, top: `${y}px`, width: `${w}px` });
  state.panel.drawing.textContent = layout.drawing ? `the ${state.model.label}` : "";
  state.panel.body.style.marginTop = `${(textY ?? y) - y}px`;
  layout.panel.w = w;
}

export function updatePanel(state) {
  const { layout, model, selection } = state;
  if (!layout.panel || selection.layer === null) return;
  const focus = state.focus ?? restingFocus(state);
  const { where, value, more } = describe(model, focus);
  setText(state.panel.where, where);
  setText(state.panel.value, value);
  setText(state.panel.more, more || layerLine(model.layers[selection.layer]));
  drawLens(state, focus);
  updateTerms(state);
  makeRoom(state);
}

// Below the maps (on a phone) the panel is as tall as what it says.
function makeRoom({ layout, dom }) {
  const needed = layout.panel.y + dom.panel.scrollHeight;
  dom.scene.style.height = `${Math.max(layout.height, needed)}px`;
}

// What the panel tells while nothing is pointed at: the open cell, else the open layer or map.
function restingFocus(state) {
  const { selection } = state;
  return { layer: selection.layer, map: selection.map, row: selection.row, col: selection.col };
}

// The cells around the one pointed at, with numbers, where the map itself is too large for them.
function drawLens(state, focus) {
  const { lens } = state.panel;
  const layer = state.model.layers[focus.layer];
  const tile = state.layout.main;
  const roomy = tile && layer.index === tile.layer && tile.w / tile.gridCols >= 26;
  const pointless = focus.row === null || focus.row === undefined || layer.cells === 1 || roomy;
  lens.hidden = pointless;
  if (pointless) return;
  const rows = Math.min(LENS_ROWS, layer.rows);
  const most = 2 * Math.floor((state.layout.panel.w / LENS_CELL / state.type - 1) / 2) + 1;
  const cols = Math.min(Math.min(7, most), layer.cols);
  const row0 = Math.min(Math.max(0, focus.row - (rows >> 1)), layer.rows - rows);
  const col0 = Math.min(Math.max(0, focus.col - (cols >> 1)), layer.cols - cols);
  const cell = Math.floor(LENS_CELL * state.type);
  const context = fitCanvas(lens, cols * cell, rows * cell);
  const values = new Float32Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) values[r * cols + c] = valueAt(layer, focus.map, row0 + r, col0 + c);
  }
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

// The strongest products of an open dense unit, and its sum.
function updateTerms(state) {
  const { terms } = state.panel;
  const { model, layout, selection } = state;
  const { weights } = model;
  const layer = model.layers[selection.layer];
  const open = layout.unit && weights && weights.layer === layer.name && weights.unit === selection.map;
  terms.hidden = !open;
  state.panel.sum.hidden = !open;
  if (!open) return;
  const source = model.layers[layer.source];
  const end = Math.max(1e-9, ...[...weights.strongest, ...weights.weakest].map((t) => Math.abs(t.product)));
  const lists = [
    ["raise it most", weights.strongest],
    ["lower it most", weights.weakest],
  ];
  const wanted = lists.reduce((sum, [, list]) => sum + list.length, 0);
  if (terms.dataset.rows !== `${wanted} ${weights.strongest.length}`) buildTerms(state, terms, lists, wanted);
  let i = 0;
  for (const [, list] of lists) {
    for (const term of list) {
      const row = state.termRows[i++];
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
  setText(state.panel.sum, `${parts.join(" ")} = ${formatNumber(total, 2)}`);
}

function termName(source, { map, row, col }) {
  return source.cells === 1 ? `unit ${map}` : source.maps === 1 ? `[${row}, ${col}]` : `map ${map} [${row}, ${col}]`;
}

function buildTerms(state, terms, lists, wanted) {
  terms.replaceChildren();
  terms.dataset.rows = `${wanted} ${lists[0][1].length}`;
  state.termRows = [];
  for (const [title, list] of lists) {
    if (!list.length) continue;
    const group = element("div", "term-list", terms);
    element("div", "panel-label", group).textContent = title;
    for (let i = 0; i < list.length; i++) {
      const row = element("button", "term", group);
      row.type = "button";
      const entry = {
        row,
        name: element("span", "term-name", row),
        sum: element("span", "term-sum", row),
        product: null,
      };
      const track = element("span", "track", row);
      entry.fill = element("b", "fill", track);
      entry.product = element("span", "term-product", row);
      row.onclick = () => followTerm(state, entry.term);
      row.onpointerenter = () => pointAtTerm(state, entry.term);
      row.onpointerleave = () => state.act.pointAt(state, null);
      state.termRows.push(entry);
    }
  }
}

function sourceOfOpen(state) {
  return state.model.layers[state.model.layers[state.selection.layer].source];
}

function followTerm(state, term) {
  const source = sourceOfOpen(state);
  const cell = source.cells > 1 ? { row: term.row, col: term.col } : { row: null, col: null };
  state.act.select(state, { layer: source.index, map: term.map, ...cell });
}

function pointAtTerm(state, term) {
  const source = sourceOfOpen(state);
  state.act.pointAt(state, {
    layer: source.index,
    map: term.map,
    row: source.cells > 1 ? term.row : null,
    col: source.cells > 1 ? term.col : null,
  });
}
