// A layer is open: all its maps with their kernels, or all its units with their numbers.

import { isWide, levelHeight, LEVEL_TOP, panelFor, withDrawing } from "./levels.js";
import { mapSize, mapTile, unitsTile } from "./overview.js";

/** @import { Layer, Model } from "./model.js" */
/** @import { Area, LevelPlan } from "./levels.js" */
/** @import { Extent, Options, Strip, Tile } from "./overview.js" */

/** @typedef {{ across: number, beside: boolean, strip: Strip | null, size: Extent, cell: number, score: number }} Arrangement  of maps and their kernels */

const MOST_KERNELS = 16;
const MAP_GAP = 14;
const CAPTION = 20;
const STRIP_GAP = 6;

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
