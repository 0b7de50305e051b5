// What feeds what, and which cells see which: only multiplications of what Python sent.

import { PALETTE } from "../shared/palette.js";
import { inputsOf, outputsOf } from "./model.js";
import { barTop } from "./overview.js";

/** @import { Theme } from "../shared/theme.js" */
/** @import { Connection, Layer, Model } from "./model.js" */
/** @import { Layout } from "./network_view.js" */
/** @import { Rect, Tile } from "./overview.js" */

/** @typedef {[number, number, number, number]} Area  row0, row1, col0, col1; the ends exclusive */
/** @typedef {{ layer: number, map: number }} End  of a link */
/** @typedef {{ from: End, to: End, strength: number, signed?: boolean }} Link */

/**
 * Cells [row0, row1, col0, col1) of the source's maps that cells `area` of `layer` read,
 * padding included; the whole map where no window is given.
 * @param {Model} model  @param {Layer} layer  @param {Area} area  @returns {Area}
 */
export function windowOn(model, layer, area) {
  const source = model.layers[layer.source ?? layer.index];
  if (!layer.window) return layer.connect === "same" ? area : [0, source.rows, 0, source.cols];
  const { kernel, stride, padding, dilation } = layer.window;
  /** @param {number} first  @param {number} past  @param {0 | 1} axis  @returns {[number, number]} */
  const along = (first, past, axis) => [
    first * stride[axis] - padding[axis],
    (past - 1) * stride[axis] - padding[axis] + dilation[axis] * (kernel[axis] - 1) + 1,
  ];
  return [...along(area[0], area[1], 0), ...along(area[2], area[3], 1)];
}

/** @param {Layer} layer  @param {Area} area  @returns {Area} */
export function clipTo(layer, [r0, r1, c0, c1]) {
  return [Math.max(0, r0), Math.min(layer.rows, r1), Math.max(0, c0), Math.min(layer.cols, c1)];
}

/**
 * What one cell depends on, layer by layer back to the input: index → area, clipped to the maps.
 * @param {Model} model  @param {number} index  @param {number} row  @param {number} col
 */
export function coneOf(model, index, row, col) {
  /** @type {Map<number, Area>} */
  const cone = new Map();
  let layer = model.layers[index];
  /** @type {Area} */
  let area = [row, row + 1, col, col + 1];
  cone.set(index, area);
  while (layer.source !== null) {
    area = windowOn(model, layer, area);
    layer = model.layers[layer.source];
    area = clipTo(layer, area);
    cone.set(layer.index, area);
  }
  return cone;
}

/**
 * The receptive field on the network's input, as cnn gives it: possibly beyond the image.
 * @param {Model} model  @param {number} index  @param {number} row  @param {number} col  @returns {Area | null}
 */
export function fieldOf(model, index, row, col) {
  const layer = model.layers[index];
  const input = model.layers[0];
  if (input.isUnits) return null;
  if (!layer.field || layer.isUnits) return [0, input.rows, 0, input.cols];
  const { jump, size, start } = layer.field;
  const r0 = start[0] + jump[0] * row;
  const c0 = start[1] + jump[1] * col;
  return [r0, r0 + size[0], c0, c0 + size[1]];
}

// ---- links between what is shown; layers that are folded away are passed through ----

/** @param {Layout} layout  @param {number} index */
function isShown(layout, index) {
  return layout.shown.has(index);
}

/**
 * Follows map `map` forward from a folded layer to the layer that shows it.
 * @param {Model} model  @param {Layout} layout  @param {number} index  @param {number} map  @returns {End | null}
 */
function surfaceOf(model, layout, index, map) {
  let layer = model.layers[index];
  while (!isShown(layout, layer.index)) {
    if (!layer.feeds.length) return null;
    layer = model.layers[layer.feeds[0]];
  }
  return { layer: layer.index, map };
}

/** @param {Model} model  @param {Layout} layout  @param {number} index  @param {number} map  @param {Link[]} links */
function linksBack(model, layout, index, map, links) {
  const target = { layer: index, map };
  let layer = model.layers[index];
  while (layer.connect === "same" && layer.source !== null && !isShown(layout, layer.source)) {
    layer = model.layers[layer.source];
  }
  const { source } = layer;
  if (source === null) return;
  const list = inputsOf(model, layer, map);
  for (const { map: from, strength } of list) {
    links.push({ from: { layer: source, map: from }, to: target, strength, signed: layer.signed });
  }
  if (layer.connect === "same" && list.length) linksBack(model, layout, source, map, links);
}

/** @param {Model} model  @param {Layout} layout  @param {number} index  @param {number} map  @param {Link[]} links */
function linksForward(model, layout, index, map, links) {
  for (const feed of model.layers[index].feeds) {
    const layer = model.layers[feed];
    for (const { map: to, strength } of outputsOf(layer, map)) {
      const target = surfaceOf(model, layout, feed, to);
      if (target) links.push({ from: { layer: index, map }, to: target, strength, signed: layer.signed });
    }
    if (layer.connect === "same" && isShown(layout, feed)) linksForward(model, layout, feed, map, links);
  }
}

/**
 * Links of one map or unit in both directions; of many, the strongest.
 * @param {Model} model  @param {Layout} layout  @param {End} focus
 */
export function linksOf(model, layout, focus) {
  /** @type {Link[]} */
  const back = [];
  /** @type {Link[]} */
  const forward = [];
  linksBack(model, layout, focus.layer, focus.map, back);
  linksForward(model, layout, focus.layer, focus.map, forward);
  return [...strongest(back), ...strongest(forward)];
}

const MOST_LINKS = 32;

/** @param {Link[]} links */
function strongest(links) {
  if (links.length <= MOST_LINKS) return links;
  if (links.every((link) => link.strength === 1)) return []; // no strengths were given
  return [...links].sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength)).slice(0, MOST_LINKS);
}

// ---- drawing them ----

/**
 * Where a link leaves or meets a map: right or left edge in columns, bottom or top in rows.
 * @param {Layout} layout  @param {End} end  @param {boolean} leaving
 */
function anchorOf(layout, { layer, map }, leaving) {
  const tile = layout.byMap.get(`${layer}.${map}`) ?? layout.byMap.get(`${layer}`);
  if (!tile) return barAnchor(layout, layer, map, leaving);
  const vertical = layout.mode === "rows";
  if (tile.role === "units") {
    const cell = unitRect(tile, map);
    return vertical
      ? { x: cell.x + cell.w / 2, y: leaving ? tile.y + tile.h : tile.y }
      : { x: leaving ? tile.x + tile.w : tile.x, y: cell.y + cell.h / 2 };
  }
  return vertical
    ? { x: tile.x + tile.w / 2, y: leaving ? tile.y + tile.h : tile.y }
    : { x: leaving ? tile.x + tile.w : tile.x, y: tile.y + tile.h / 2 };
}

/** @param {Layout} layout  @param {number} layer  @param {number} map  @param {boolean} leaving */
function barAnchor(layout, layer, map, leaving) {
  const { bars } = layout;
  if (!bars || bars.layer !== layer || leaving) return null;
  return layout.mode === "rows"
    ? { x: bars.x + 8, y: barTop(bars, map) + bars.rowHeight / 2 }
    : { x: bars.x - 6, y: barTop(bars, map) + bars.rowHeight / 2 };
}

/** @param {Tile} tile  @param {number} unit  @returns {Rect} */
export function unitRect(tile, unit) {
  const w = tile.w / tile.gridCols;
  const h = tile.h / tile.gridRows;
  return { x: tile.x + (unit % tile.gridCols) * w, y: tile.y + Math.floor(unit / tile.gridCols) * h, w, h };
}

/** @param {CanvasRenderingContext2D} context  @param {Layout} layout  @param {Link} link */
function strokeLink(context, layout, link) {
  const a = anchorOf(layout, link.from, true);
  const b = anchorOf(layout, link.to, false);
  if (!a || !b) return;
  context.beginPath();
  context.moveTo(a.x, a.y);
  if (layout.mode === "rows") {
    const bend = (b.y - a.y) * 0.5;
    context.bezierCurveTo(a.x, a.y + bend, b.x, b.y - bend, b.x, b.y);
  } else {
    const bend = (b.x - a.x) * 0.5;
    context.bezierCurveTo(a.x + bend, a.y, b.x - bend, b.y, b.x, b.y);
  }
  context.stroke();
}

// All links at rest, so faint that they are a texture; of many, only the strongest.
const MOST_AT_REST = 160;

/** @param {CanvasRenderingContext2D} context  @param {Model} model  @param {Layout} layout  @param {Theme} theme */
export function drawRest(context, model, layout, theme) {
  context.strokeStyle = theme.text;
  context.lineWidth = 1;
  for (const layer of model.layers) {
    const { source } = layer;
    if (layer.connect !== "all" || source === null || !layer.edges) continue;
    /** @type {Link[]} */
    const links = [];
    for (let o = 0; o < layer.maps; o++) {
      const to = surfaceOf(model, layout, layer.index, o);
      for (const { map, strength } of inputsOf(model, layer, o)) {
        if (to) links.push({ from: { layer: source, map }, to, strength: Math.abs(strength) });
      }
    }
    links.sort((a, b) => b.strength - a.strength);
    const shown = links.slice(0, MOST_AT_REST);
    const crowd = Math.min(1, Math.sqrt(48 / shown.length));
    for (const link of shown) {
      context.globalAlpha = (0.04 + 0.16 * link.strength ** 2) * crowd;
      strokeLink(context, layout, link);
    }
  }
  context.globalAlpha = 1;
}

/**
 * The links of what is pointed at: signed where a link is one weight, else the text's colour.
 * @param {CanvasRenderingContext2D} context  @param {Layout} layout  @param {Theme} theme  @param {Link[]} links
 * @param {{ layer: number }} focus
 */
export function drawLinks(context, layout, theme, links, focus) {
  const stops = PALETTE.diverging.weight[theme.name];
  const back = links.filter((link) => link.to.layer <= focus.layer).length;
  for (const link of links) {
    const size = Math.abs(link.strength);
    // A fan of many is drawn lighter than a few.
    const crowd = link.to.layer <= focus.layer ? back : links.length - back;
    const weight = Math.min(1, 2 / Math.sqrt(crowd));
    context.globalAlpha = (0.1 + 0.85 * size * size) * Math.max(0.4, weight);
    context.lineWidth = 0.75 + 1.25 * size * weight;
    context.strokeStyle = link.signed ? (link.strength < 0 ? stops[0] : stops[4]) : theme.text;
    strokeLink(context, layout, link);
  }
  context.globalAlpha = 1;
}
