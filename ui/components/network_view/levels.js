// Where everything lies once a layer, a map or a cell is open. Pure geometry, as in overview.js.

import { inputsOf } from "./model.js";
import { mapSize, mapTile, snapSize, unitsTile } from "./overview.js";
import { inputsCaption, mainCaption, unitCaption } from "./words.js";

/** @import { Connection, Layer, Model } from "./model.js" */
/** @import { Extent, Options, Plan, Rect, Strip, Tile } from "./overview.js" */
/** @import { View } from "./network_view.js" */
/** @import { UnitRole } from "./words.js" */
/** @import { TextBlock } from "./scene.js" */

/** @typedef {{ x: number, y: number, w: number, textY?: number, below?: boolean }} PanelPlace */
/** What a level has beside the tiles.
 * @typedef {Plan & { panel: PanelPlace, texts: TextBlock[], drawing: Rect | null, unit: boolean }} LevelPlan */
/** @typedef {{ tiles: Tile[], texts: TextBlock[], panel: PanelPlace, width: number, bottom: number, minHeight: number }} Begun */
/** @typedef {{ across: number, beside: boolean, strip: Strip | null, size: Extent, cell: number, score: number }} Arrangement  of maps and their kernels */
/** @typedef {{ x: number, y: number, w: number, h: number }} Area */
/** @typedef {(Connection & { layer?: number })[]} Inputs */

const LEVEL_TOP = 26;
const MOST_KERNELS = 16;
const MOST_INPUTS = 24;

/** What the whole network has and an open level has not. */
const LEVEL = { mode: null, fold: false, heads: [], bars: null, drawing: null };

/** @param {Layer} layer  @returns {[number, number] | null} */
function kernelOf(layer) {
  return layer.kind === "conv" ? (layer.window?.kernel ?? null) : null;
}

/** The layer that feeds it; the input feeds itself.  @param {Model} model  @param {Layer} layer */
function sourceOf(model, layer) {
  return model.layers[layer.source ?? layer.index];
}

/** @param {number} width */
function isWide(width) {
  return width >= 760;
}

/**
 * A layer: all its maps, large, with their kernels; or all its units with their numbers.
 * @param {Model} model  @param {Layer} layer  @param {number} width  @param {Options} options  @returns {LevelPlan}
 */
export function layoutLayer(model, layer, width, options) {
  const height = levelHeight(options);
  const wide = isWide(width);
  const panelWidth = wide ? panelFor(280, width, options) : width;
  const area = {
    x: 0,
    y: LEVEL_TOP,
    w: wide ? width - panelWidth - Math.min(40, width / 32) : width,
    h: height - LEVEL_TOP,
  };
  /** @type {Tile[]} */
  const tiles = [];
  const bottom = layer.isUnits ? placeUnits(tiles, layer, area, options) : placeMaps(tiles, layer, area, wide);
  const panel = wide ? { x: width - panelWidth, y: 0, w: panelWidth } : { x: 0, y: bottom + 24, w: width };
  return withDrawing(model, { tiles, panel, width, bottom, minHeight: wide ? height : 0, texts: [] });
}

/** @param {number} base  @param {number} width  @param {Options} options */
function panelFor(base, width, options) {
  return Math.round(base * Math.min(1, Math.max(0.86, width / 1280)) * Math.min(1.25, options.type));
}

/** @param {Options} options */
function levelHeight(options) {
  return options.compact ? 400 : 480;
}

/**
 * Units in as many columns as keep the cells readable; a full last row where one can be had.
 * @param {Tile[]} tiles  @param {Layer} layer  @param {Area} area  @param {Options} options
 */
function placeUnits(tiles, layer, area, options) {
  const least = 54 * options.type;
  const most = Math.max(1, Math.floor(area.w / least));
  const ideal = Math.min(most, Math.ceil(Math.sqrt((layer.maps * area.w) / area.h / 0.62)), layer.maps);
  const across =
    [0, 1, -1, 2, -2, 3].map((d) => ideal + d).find((n) => n > 0 && n <= most && layer.maps % n === 0) ?? ideal;
  const down = Math.ceil(layer.maps / across);
  const w = Math.min(96, area.w / across);
  const h = Math.max(26, Math.min(44, area.h / down));
  tiles.push(unitsTile(layer, area.x, area.y, across * w, down * h, down, across));
  return area.y + down * h;
}

/**
 * Which kernels stand with each map: a grid `across` wide, in cells of the kernel (one cell
 * between two).
 * @param {Layer} layer  @param {number} across  @returns {Strip | null}
 */
function kernelStrip(layer, across) {
  if (!layer.kernels) return null;
  const [, count, kh, kw] = layer.kernelShape;
  if (count > MOST_KERNELS || kh * kw === 1) return null;
  const cols = Math.min(count, across);
  const rows = Math.ceil(count / cols);
  return { count, cols, rows, gridCols: cols * (kw + 1) - 1, gridRows: rows * (kh + 1) - 1, kernel: Math.max(kh, kw) };
}

const MAP_GAP = 14;
const CAPTION = 20;
const STRIP_GAP = 6;

/**
 * The arrangement with the largest maps and readable kernels, below or beside each map.
 * @param {Tile[]} tiles  @param {Layer} layer  @param {Area} area  @param {boolean} wide
 */
function placeMaps(tiles, layer, area, wide) {
  /** @type {Arrangement | null} */
  let best = null;
  const most = Math.min(layer.maps, wide ? 16 : 4);
  for (let across = wide ? 1 : Math.min(layer.maps <= 4 ? 2 : 3, layer.maps); across <= most; across++) {
    for (const strip of stripsOf(layer)) {
      for (const beside of strip ? [false, true] : [false]) {
        const found = fitMaps(layer, area, across, strip, beside, wide);
        if (!best || found.score > best.score) best = found;
      }
    }
  }
  return best ? drawMaps(tiles, layer, area, best) : area.y;
}

/** @param {Layer} layer */
function stripsOf(layer) {
  const strips = [1, 2, 3, 4, 6, 8].map((across) => kernelStrip(layer, across));
  return strips[0] ? strips : [null];
}

/**
 * @param {Layer} layer  @param {Area} area  @param {number} across  @param {Strip | null} strip
 * @param {boolean} beside  @param {boolean} wide  @returns {Arrangement}
 */
function fitMaps(layer, area, across, strip, beside, wide) {
  const down = Math.ceil(layer.maps / across);
  const slotW = (area.w + MAP_GAP) / across - MAP_GAP;
  const slotH = wide ? (area.h + MAP_GAP) / down - MAP_GAP - CAPTION : 2 * slotW;
  const share = strip ? (0.28 * strip.gridCols) / strip.kernel : 0; // of the map's side, beside it
  let side = Math.min(slotW, slotH, 300);
  if (strip && beside) side = Math.min((slotW - STRIP_GAP) / (1 + share), slotH, 300);
  if (strip && !beside) {
    const tall = Math.min(strip.gridRows / strip.gridCols, (0.35 * strip.gridRows) / strip.kernel, 0.7);
    side = Math.min(slotW, (slotH - STRIP_GAP) / (1 + tall), 300);
  }
  const size = mapSize(layer, Math.max(24, side));
  const cell = strip ? stripCell(strip, size, beside, slotH) : 0;
  const kernel = strip ? cell * strip.kernel : 0;
  const score = Math.min(size.w, size.h) + (strip ? 1.5 * Math.min(kernel, 48, 0.4 * size.w) : 0);
  return { across, beside, strip, size, cell, score };
}

/** @param {Strip} strip  @param {Extent} size  @param {boolean} beside  @param {number} slotH */
function stripCell(strip, size, beside, slotH) {
  const ratio = window.devicePixelRatio || 1;
  const most = (0.36 * size.w) / strip.kernel;
  const fit = beside
    ? Math.min(size.h / strip.gridRows, (0.28 * size.w) / strip.kernel)
    : Math.min(size.w / strip.gridCols, (slotH - size.h - STRIP_GAP) / strip.gridRows);
  return Math.max(1 / ratio, Math.floor(Math.min(fit, most, 12) * ratio) / ratio);
}

/** @param {Tile[]} tiles  @param {Layer} layer  @param {Area} area  @param {Arrangement} arrangement */
function drawMaps(tiles, layer, area, { across, beside, strip, size, cell }) {
  const stripW = strip ? cell * strip.gridCols : 0;
  const stripH = strip ? cell * strip.gridRows : 0;
  const w = beside ? size.w + STRIP_GAP + stripW : size.w;
  const h = beside ? Math.max(size.h, stripH) : size.h + (strip ? stripH + STRIP_GAP : 0);
  for (let map = 0; map < layer.maps; map++) {
    const x = area.x + (map % across) * (w + MAP_GAP);
    const y = area.y + Math.floor(map / across) * (h + MAP_GAP + CAPTION) + CAPTION;
    tiles.push({ ...mapTile(layer, map, x, y, size.w, size.h), caption: true });
    if (!strip) continue;
    tiles.push({
      id: `s${layer.index}.${map}`,
      role: "strip",
      layer: layer.index,
      map,
      strip,
      x: beside ? x + size.w + STRIP_GAP : x,
      y: beside ? y : y + size.h + STRIP_GAP,
      w: stripW,
      h: stripH,
      gridRows: strip.gridRows,
      gridCols: strip.gridCols,
    });
  }
  return area.y + Math.ceil(layer.maps / across) * (h + MAP_GAP + CAPTION) - MAP_GAP;
}

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

/**
 * A dense unit: inputs, weights and products side by side, arranged like the source; its
 * strongest terms beside them, or below where there is no room.
 * @param {Model} model  @param {Layer} layer  @param {number} unit  @param {number} width  @param {Options} options
 * @returns {LevelPlan}
 */
function layoutUnit(model, layer, unit, width, options) {
  const wide = isWide(width);
  const beside = width >= 1050;
  const panelWidth = beside ? panelFor(330, width, options) : 0;
  const gap = Math.min(34, width / 30);
  const room = beside ? width - panelWidth - 1.4 * gap : width;
  const each = wide ? (room - 2 * gap) / 3 : width;
  const most = beside ? levelHeight(options) - LEVEL_TOP : wide ? 270 : width;
  const detail = model.weights?.layer === layer.name && model.weights.unit === unit;
  const source = sourceOf(model, layer);
  /** @type {Tile[]} */
  const tiles = [];
  /** @type {TextBlock[]} */
  const texts = [];
  let y = LEVEL_TOP;
  let tall = 0;
  /** @type {UnitRole[]} */
  const roles = detail ? ["input", "weight", "product"] : ["input"];
  roles.forEach((role, i) => {
    const x = wide ? i * (each + gap) : 0;
    texts.push({
      id: `g${role}`,
      x,
      y: y - 4,
      w: each,
      text: (/** @type {View} */ state) => unitCaption(state, source.index, role),
    });
    tall = placeLikeSource(tiles, source, layer, role, x, y, each, most);
    if (!wide) y += tall + 34;
  });
  const bottom = beside ? levelHeight(options) : wide ? y + tall + 18 : y;
  const panel = beside ? { x: width - panelWidth, y: 0, w: panelWidth } : { x: 0, y: bottom, w: width, below: wide };
  const height = Math.max(bottom, wide ? levelHeight(options) : 0);
  return { ...LEVEL, tiles, texts, panel, width, height, unit: true };
}

/**
 * @param {Tile[]} tiles  @param {Layer} source  @param {Layer} layer  @param {UnitRole} role  @param {number} x
 * @param {number} y  @param {number} w  @param {number} h
 */
function placeLikeSource(tiles, source, layer, role, x, y, w, h) {
  if (source.isUnits) {
    const across = Math.ceil(Math.sqrt(source.maps));
    const down = Math.ceil(source.maps / across);
    const cell = snapSize(Math.min(w / across, h / down, 44), 1);
    const base = unitsTile(source, x, y, across * cell, down * cell, down, across);
    tiles.push(
      role === "input"
        ? { ...base, input: true }
        : { ...base, id: `${role}0`, role, of: layer.index, source: source.index },
    );
    return down * cell;
  }
  const across = Math.ceil(Math.sqrt(source.maps));
  const down = Math.ceil(source.maps / across);
  const size = mapSize(source, Math.min((w + 6) / across, (h + 6) / down) - 6);
  for (let map = 0; map < source.maps; map++) {
    const left = x + (map % across) * (size.w + 6);
    const top = y + Math.floor(map / across) * (size.h + 6);
    const base = mapTile(source, map, left, top, size.w, size.h);
    tiles.push(
      role === "input"
        ? { ...base, input: true }
        : { ...base, id: `${role}${map}`, role, of: layer.index, source: source.index },
    );
  }
  return down * (size.h + 6) - 6;
}

/**
 * The panel shows the network's input, so that receptive fields have a place, unless the input
 * is on the stage already.
 * @param {Model} model  @param {Begun} begun  @returns {LevelPlan}
 */
function withDrawing(model, begun) {
  const input = model.layers[0];
  const { panel, tiles, texts, width } = begun;
  const shown = tiles.some((tile) => tile.role === "map" && tile.layer === 0);
  const level = { ...LEVEL, tiles, texts, width, height: Math.max(begun.minHeight, begun.bottom), unit: false };
  if (shown || input.isUnits || input.maps !== 1) return { ...level, panel: { ...panel, textY: panel.y } };
  const size = mapSize(input, 140);
  const drawing = { x: panel.x, y: panel.y + 22, ...size };
  tiles.push({ ...mapTile(input, 0, drawing.x, drawing.y, size.w, size.h), drawing: true });
  return { ...level, drawing, panel: { ...panel, textY: drawing.y + size.h + 14 } };
}
