// What lies over the tiles: the pointed cell, its receptive field on every layer before it, what
// is open, what feeds it. The accent colour means "you are here" and is used for nothing else.

import { fitCanvas } from "../shared/canvas.js";
import { coneOf, drawLinks, drawRest, fieldOf, unitRect } from "./links.js";
import { inputsOf } from "./model.js";
import { barTop } from "./overview.js";
import { writeNumbers } from "./paint.js";

/** @import { InCell, Spot } from "./model.js" */
/** @import { Area } from "./links.js" */
/** @import { Layout, View } from "./network_view.js" */
/** @import { Rect, Tile } from "./overview.js" */

/** @typedef {CanvasRenderingContext2D} Context */

/** @param {Context} context  @param {Rect} place  @param {number} grow */
function inset(context, { x, y, w, h }, grow) {
  context.strokeRect(x - grow, y - grow, w + 2 * grow, h + 2 * grow);
}

/** @param {Tile} tile  @param {Area} area  @returns {Rect} */
function areaRect(tile, [r0, r1, c0, c1]) {
  const w = tile.w / tile.gridCols;
  const h = tile.h / tile.gridRows;
  return { x: tile.x + c0 * w, y: tile.y + r0 * h, w: (c1 - c0) * w, h: (r1 - r0) * h };
}

/** @param {Layout} layout  @param {number} layer  @param {number | null} map */
function tileOf(layout, layer, map) {
  return layout.byMap.get(`${layer}.${map}`) ?? layout.byMap.get(`${layer}`);
}

/** @param {Tile} tile  @param {number} map  @returns {Rect} */
function cellOrTile(tile, map) {
  return tile.role === "units" ? unitRect(tile, map) : tile;
}

/** @param {View} state */
export function drawMarks(state) {
  const { layout, theme, model, dom } = state;
  const context = fitCanvas(dom.marks, layout.width, layout.height + MARGIN);
  context.clearRect(0, 0, layout.width, layout.height + MARGIN);
  context.translate(0, MARGIN);
  const focus = state.focus ?? openCell(state);
  drawRemembered(context, state);
  if (!focus) return;
  const tile = tileOf(layout, focus.layer, focus.map);
  const inCell = focus.row !== null && model.layers[focus.layer].cells > 1 ? focus : null;
  if (state.level === "network" || !inCell) drawLit(context, state);
  if (inCell) drawCone(context, state, inCell);
  else if (tile && focus.map !== null) {
    context.strokeStyle = theme.accent;
    context.lineWidth = 2;
    inset(context, cellOrTile(tile, focus.map), 2);
  }
  drawBarMark(context, state, focus);
}

/** The open cell keeps its mark while the pointer is elsewhere.  @param {View} state */
export function openCell(state) {
  const { selection } = state;
  return selection.row !== null ? selection : null;
}

const MARGIN = 20;

/** Where the student has been: the map and layer that were open last.  @param {Context} context  @param {View} state */
function drawRemembered(context, state) {
  const { last, layout, theme } = state;
  if (!last || state.level === "map" || state.level === "cell") return;
  const tile = last.map === null ? null : tileOf(layout, last.layer, last.map);
  context.fillStyle = theme.accent;
  if (tile && (state.level === "network" || tile.caption || tile.role === "units")) {
    const { x, y, h, w } = cellOrTile(tile, last.map ?? 0);
    if (tile.role === "units") {
      context.strokeStyle = theme.accent;
      context.lineWidth = 1.5;
      inset(context, { x, y, w, h }, 0);
    } else context.fillRect(x, y + h + 2, w, 2);
  }
}

/**
 * Everything that feeds or is fed by what is pointed at, outlined quietly.
 * @param {Context} context  @param {View} state
 */
function drawLit(context, state) {
  const { layout, theme, links } = state;
  context.strokeStyle = theme.text;
  context.lineWidth = 1;
  const seen = new Set();
  for (const link of links) {
    for (const end of [link.from, link.to]) {
      const key = `${end.layer}.${end.map}`;
      const tile = tileOf(layout, end.layer, end.map);
      if (!tile || seen.has(key)) continue;
      seen.add(key);
      const unit = tile.role === "units";
      context.globalAlpha = unit ? 0.4 : 0.75;
      inset(context, cellOrTile(tile, end.map), unit ? -0.5 : 1);
    }
  }
  context.globalAlpha = 1;
}

/**
 * The pointed cell and its window on each earlier layer; on the input also the part in padding.
 * @param {Context} context  @param {View} state  @param {InCell} focus
 */
function drawCone(context, state, focus) {
  const { layout, theme, model } = state;
  const cone = coneOf(model, focus.layer, focus.row, focus.col);
  context.strokeStyle = theme.accent;
  for (const [index, area] of cone) {
    const here = index === focus.layer;
    for (const tile of layout.tiles) {
      if (tile.role !== "map" || tile.layer !== index) continue;
      if (here ? tile.map !== focus.map : !hears(state, focus, index, tile.map)) continue;
      const strong = here || index === 0 || (state.level !== "network" && index === model.layers[focus.layer].source);
      context.globalAlpha = strong ? 1 : 0.65;
      context.lineWidth = strong ? 2 : 1;
      inset(context, areaRect(tile, area), tile.w / tile.gridCols < 6 ? 1 : 0);
      if (index === 0 && !here) drawPadding(context, tile, fieldOf(model, focus.layer, focus.row, focus.col), area);
    }
  }
  context.globalAlpha = 1;
}

/**
 * Whether a tile of an earlier layer is on the way: with "same" connections only the same map is.
 * @param {View} state  @param {Spot} focus  @param {number} index  @param {number | null} map
 */
function hears(state, focus, index, map) {
  let layer = state.model.layers[focus.layer];
  while (layer.index !== index && layer.source !== null) {
    if (layer.connect !== "same") {
      const heard = inputsOf(state.model, layer, focus.map ?? 0);
      return layer.groups === 1 || layer.source !== index || heard.some((i) => i.map === map);
    }
    layer = state.model.layers[layer.source];
  }
  return map === focus.map;
}

/** @param {Context} context  @param {Tile} tile  @param {Area | null} field  @param {Area} area */
function drawPadding(context, tile, field, area) {
  if (!field || field.every((edge, i) => edge === area[i])) return;
  context.save();
  context.setLineDash([2, 2]);
  context.lineWidth = 1;
  inset(context, areaRect(tile, field), 0);
  context.restore();
}

/** @param {Context} context  @param {View} state  @param {Spot} focus */
function drawBarMark(context, state, focus) {
  const { bars } = state.layout;
  if (!bars || focus.layer !== bars.layer || focus.map === null) return;
  context.strokeStyle = state.theme.accent;
  context.lineWidth = 2;
  context.beginPath();
  const top = barTop(bars, focus.map);
  context.moveTo(bars.x - 4, top + 5);
  context.lineTo(bars.x - 4, top + bars.rowHeight - 5);
  context.stroke();
}

/** @param {View} state */
export function drawEdges(state) {
  const { layout, dom, theme, model, links } = state;
  const context = fitCanvas(dom.edges, layout.width, layout.height);
  context.clearRect(0, 0, layout.width, layout.height);
  if (state.level !== "network") return;
  if (links.length && state.focus) drawLinks(context, layout, theme, links, state.focus);
  else if (layout.mode === "columns") drawRest(context, model, layout, theme);
}

/** Numbers over the large maps, kernels and units.  @param {View} state */
export function drawNumbers(state) {
  const { layout, dom, theme } = state;
  const context = fitCanvas(dom.numbers, layout.width, layout.height);
  context.clearRect(0, 0, layout.width, layout.height);
  if (state.level === "network") return;
  const size = 14 * state.type;
  for (const tile of state.tiles.values()) {
    if (!tile.values.length || tile.role === "strip" || tile.drawing) continue;
    if (tile.role !== "units" && (tile.gridRows > 12 || tile.gridCols > 12)) continue;
    writeNumbers(context, tile, theme, size);
  }
}

/**
 * Every map and unit that has a part in what is pointed at, as "layer.map".
 * @param {View} state  @param {Spot} focus
 */
function partsOf(state, focus) {
  const { layout, links, model } = state;
  const ends = links.flatMap((link) => [link.from, link.to]);
  const lit = new Set([focus, ...ends].map(({ layer, map }) => `${layer}.${map}`));
  if (focus.row === null) return lit;
  for (const index of coneOf(model, focus.layer, focus.row, focus.col).keys()) {
    for (const tile of layout.tiles) {
      if (tile.layer === index && hears(state, focus, index, tile.map)) lit.add(`${index}.${tile.map}`);
    }
  }
  return lit;
}

/** Maps that have no part in what is pointed at step back.  @param {View} state */
export function dimOthers(state) {
  const { links, focus } = state;
  const active = state.level === "network" && focus && links.length > 0;
  const lit = active ? partsOf(state, focus) : new Set();
  const maps = [...state.tiles.values()].filter((tile) => tile.role === "map");
  const isLit = (/** @type {Tile} */ tile) => lit.has(`${tile.layer}.${tile.map}`);
  // Where only units take part, the maps stay as they are.
  const some = maps.some(isLit);
  for (const tile of state.tiles.values()) {
    tile.canvas.classList.toggle("dim", some && tile.role === "map" && !isLit(tile));
  }
}
