// A map is open, and perhaps a cell in it: what feeds it on the left, the map itself, what it sees.

import { isWide, kernelOf, levelHeight, LEVEL_TOP, panelFor, sourceOf, withDrawing } from "./levels.js";
import { inputsOf } from "./model.js";
import { layoutUnit } from "./open_unit.js";
import { mapSize, mapTile } from "./overview.js";
import { inputsCaption, mainCaption } from "./words.js";

/** @import { Connection, Layer, Model } from "./model.js" */
/** @import { Area, LevelPlan } from "./levels.js" */
/** @import { View } from "./network_view.js" */
/** @import { Options, Tile } from "./overview.js" */
/** @import { TextBlock } from "./scene.js" */

const MOST_INPUTS = 24;

/**
 * One map (and in it one cell): what feeds it on the left, the map itself, what it sees.
 * @param {Model} model  @param {Layer} layer  @param {number} map  @param {number} width  @param {Options} options
 * @returns {LevelPlan}
 */
export function layoutMap(model, layer, map, width, options) {
  if (layer.isUnits || (layer.cells === 1 && layer.connect === "all" && !layer.kernels)) {
    return layoutUnit(model, layer, map, width, options);
  }
  const height = levelHeight(options);
  const wide = isWide(width);
  const panelWidth = wide ? panelFor(250, width, options) : width;
  /** @type {TextBlock[]} */
  const texts = [];
  /** @type {Tile[]} */
  const tiles = [];
  const gap = wide ? Math.min(56, width / 23) : 0;
  const inputs = inputTilesOf(model, layer, map);
  const room = wide ? height - LEVEL_TOP : width;
  const main = wide
    ? mainSize(model, layer, inputs.length, { room, gap, free: width - panelWidth })
    : mapSize(layer, width);
  let x = 0;
  let y = LEVEL_TOP;
  let bottom = 0;
  if (wide) {
    const area = { x: 0, y, w: width - panelWidth - main.w - 2 * gap, h: room };
    x = inputs.length ? area.w + gap : Math.max(0, (width - panelWidth - main.w) / 2 - 20);
    bottom = Math.max(y + main.h, placeInputs(tiles, texts, model, layer, map, inputs, area, true));
    // A map lower than the stage stands in its middle, beside its inputs.
    y += Math.max(0, Math.min(room - main.h, bottom - y - main.h) / 2);
    tiles.push({ ...mapTile(layer, map, x, y, main.w, main.h), main: true });
  } else {
    tiles.push({ ...mapTile(layer, map, 0, y, main.w, main.h), main: true });
    const area = { x: 0, y: y + main.h + 44, w: width, h: Infinity };
    bottom = placeInputs(tiles, texts, model, layer, map, inputs, area, false);
  }
  texts.push({
    id: "main",
    x,
    y: y - 4,
    w: main.w,
    text: (/** @type {View} */ { model: m }) => mainCaption(m, m.layers[layer.index], map),
  });
  const panel = wide ? { x: width - panelWidth, y: 0, w: panelWidth } : { x: 0, y: bottom + 24, w: width };
  return withDrawing(model, { tiles, panel, width, bottom, minHeight: wide ? height : 0, texts });
}

/**
 * The open map as large as leaves its inputs readable.
 * @param {Model} model  @param {Layer} layer  @param {number} count
 * @param {{ room: number, gap: number, free: number }} room
 */
function mainSize(model, layer, count, { room, gap, free }) {
  const kernel = kernelOf(layer);
  for (const share of layer.connect === "all" ? [0.62, 0.56] : []) {
    const size = mapSize(layer, Math.min(room, free * share));
    const area = { w: free - size.w - 2 * gap, h: room };
    if (count && fitPairs(sourceOf(model, layer), count, kernel, area, true).size.h >= (count > 2 ? 54 : 120))
      return size;
  }
  return mapSize(layer, Math.min(room, free * 0.5));
}

/**
 * Inputs of a map, at most MOST_INPUTS: the strongest, in their own order.
 * @param {Model} model  @param {Layer} layer  @param {number} map
 */
function inputTilesOf(model, layer, map) {
  const all = inputsOf(model, layer, map);
  if (all.length <= MOST_INPUTS) return all;
  const strongest = [...all].sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength));
  return strongest.slice(0, MOST_INPUTS).sort((a, b) => a.map - b.map);
}

/**
 * @param {Tile[]} tiles  @param {TextBlock[]} texts  @param {Model} model  @param {Layer} layer  @param {number} map
 * @param {Connection[]} inputs  @param {Area} area  @param {boolean} wide
 */
function placeInputs(tiles, texts, model, layer, map, inputs, area, wide) {
  if (!inputs.length) return area.y;
  const source = sourceOf(model, layer);
  const kernels = layer.kernels || model.weights?.layer === layer.name;
  const kernel = kernels ? kernelOf(layer) : null;
  const fit = fitPairs(source, inputs.length, kernel, area, wide);
  const top = wide ? area.y + Math.max(0, (area.h - fit.height) / 2) : area.y;
  inputs.forEach((input, i) => {
    const x = area.x + (i % fit.across) * fit.pitchX + (wide ? fit.left : 0);
    const y = top + Math.floor(i / fit.across) * fit.pitchY;
    tiles.push({
      ...mapTile(source, input.map, x, y + (fit.high - fit.size.h) / 2, fit.size.w, fit.size.h),
      input: true,
    });
    if (!kernel) return;
    tiles.push({
      id: `k${layer.index}.${map}.${input.map}`,
      role: "kernel",
      layer: layer.index,
      map,
      from: input.map,
      x: x + fit.size.w + 22,
      y: y + (fit.high - fit.kernel.h) / 2,
      w: fit.kernel.w,
      h: fit.kernel.h,
      gridRows: kernel[0],
      gridCols: kernel[1],
    });
    texts.push({ id: `x${i}`, x: x + fit.size.w, y: y + fit.high / 2 - 10, w: 22, text: "∗", middle: true });
  });
  const x = area.x + (wide ? fit.left : 0);
  texts.push({
    id: "inputs",
    x,
    y: top - 4,
    w: area.x + area.w - x + (wide ? 24 : 0),
    text: inputsCaption(model, layer, map, inputs, kernel),
  });
  return top + fit.height;
}

/**
 * Pairs "input ∗ kernel" in as many columns as make them largest.
 * @param {Layer} source  @param {number} count  @param {[number, number] | null} kernel
 * @param {{ w: number, h: number }} area  @param {boolean} wide
 */
function fitPairs(source, count, kernel, area, wide) {
  let best = { side: -Infinity, across: 1, down: count };
  for (let across = 1; across <= Math.min(count, wide ? 6 : kernel ? 2 : 4); across++) {
    const down = Math.ceil(count / across);
    const wide1 = (area.w + 18) / across - 18;
    const high1 = Number.isFinite(area.h) ? (area.h + 10) / down - 10 : 180;
    const side = Math.min(kernel ? (wide1 - 22) / 2 : wide1, high1, wide ? 336 : 180);
    if (side > best.side) best = { side, across, down };
  }
  const size = mapSize(source, Math.max(12, best.side));
  const longer = kernel ? Math.max(...kernel) : 1;
  const cell = kernel ? Math.max(2, Math.floor(Math.min(best.side, 200) / longer)) : 0;
  const shape = kernel ? { w: cell * kernel[1], h: cell * kernel[0] } : { w: 0, h: 0 };
  const high = Math.max(size.h, shape.h);
  const pitchX = size.w + (kernel ? 22 + shape.w : 0) + 18;
  const left = Math.max(0, area.w - best.across * pitchX + 18);
  return { ...best, size, kernel: shape, high, pitchX, pitchY: high + 10, left, height: best.down * (high + 10) - 10 };
}
