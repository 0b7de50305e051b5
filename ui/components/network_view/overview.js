// Where everything lies when the whole network is shown: columns on a wide screen, rows on a
// narrow one. Pure geometry; every tile is {id, layer, map, role, x, y, w, h, gridRows, gridCols}.

/** @import { Layer, Model } from "./model.js" */

/** @typedef {"map" | "units" | "strip" | "kernel" | "weight" | "product"} Role */
/** @typedef {{ x: number, y: number, w: number, h: number }} Rect */
/** @typedef {{ w: number, h: number }} Extent */
/**
 * What a canvas shows, and where: a map, a layer's units, or weights.
 * @typedef {Rect & {
 *   id: string,
 *   role: Role,
 *   layer: number,
 *   map: number | null,
 *   gridRows: number,
 *   gridCols: number,
 *   caption?: boolean,
 *   main?: boolean,
 *   drawing?: boolean,
 *   input?: boolean,
 *   from?: number,
 *   strip?: Strip,
 *   source?: number,
 *   of?: number,
 * }} Tile  `from`: the input map that a kernel hears; `source`: whose shape a dense unit's weights have
 */
/** @typedef {{ count: number, cols: number, rows: number, gridCols: number, gridRows: number, kernel: number }} Strip  of kernels beside a map */
/** @typedef {{ layer: number, x: number, y: number, w: number, h: number, inline?: boolean }} Head */
/** @typedef {Rect & { headY: number, rowHeight: number, layer: number, count: number, rows: number }} Bars */
/**
 * @typedef {object} Plan  where everything lies
 * @property {"columns" | "rows" | null} mode  of the whole network
 * @property {boolean} fold  activations have no column of their own
 * @property {Tile[]} tiles
 * @property {Head[]} heads
 * @property {Bars | null} bars
 * @property {number} width
 * @property {number} height
 */
/**
 * @typedef {object} Options
 * @property {number} type  size of the type, 1 as usual
 * @property {boolean} compact
 * @property {boolean | null} fold  null: as there is room
 * @property {number} labelWidth
 */
/** @typedef {Extent & { across: number, down: number, pitch: number, width: number }} Column  of maps, `across` side by side */
/** @typedef {Map<number, Column>} Columns  by layer */
/** @typedef {{ columns: Columns, width: number, gaps: { wide: number, tight: number } }} Measured */

const TILE_GAP = 8;
const LEAST_LINE = 15; // pixels of a class among the bars
const AXIS = 18; // below them

/**
 * The largest size ≤ `wanted` in CSS pixels at which every cell has the same whole count of
 * device pixels; `wanted` itself where too much would be lost by that.
 * @param {number} wanted  @param {number} cells
 */
export function snapSize(wanted, cells) {
  const ratio = window.devicePixelRatio || 1;
  const snapped = (Math.floor((wanted * ratio) / cells) * cells) / ratio;
  return snapped >= 0.8 * wanted ? snapped : Math.round(wanted);
}

/**
 * @param {Layer} layer  @param {number} map  @param {number} x  @param {number} y  @param {number} w
 * @param {number} h  @returns {Tile}
 */
export function mapTile(layer, map, x, y, w, h) {
  const { rows: gridRows, cols: gridCols } = layer;
  return { id: `m${layer.index}.${map}`, role: "map", layer: layer.index, map, x, y, w, h, gridRows, gridCols };
}

/**
 * @param {Layer} layer  @param {number} x  @param {number} y  @param {number} w  @param {number} h
 * @param {number} gridRows  @param {number} gridCols  @returns {Tile}
 */
export function unitsTile(layer, x, y, w, h, gridRows, gridCols) {
  return { id: `u${layer.index}`, role: "units", layer: layer.index, map: null, x, y, w, h, gridRows, gridCols };
}

/**
 * Height and width of a map whose longer side is `size`.
 * @param {Layer} layer  @param {number} size  @returns {Extent}
 */
export function mapSize(layer, size) {
  const longer = Math.max(layer.rows, layer.cols);
  const side = snapSize(size, longer);
  return { w: (side * layer.cols) / longer, h: (side * layer.rows) / longer };
}

/**
 * Layers with a column of their own. Folding leaves out what an activation (or a batch norm
 * before it) is about to replace; the logits are bars.
 * @param {Model} model  @param {boolean} fold
 */
function shownLayers(model, fold) {
  return model.layers.filter((layer) => {
    if (layer.index === model.bars) return false;
    const next = layer.feeds.length === 1 ? model.layers[layer.feeds[0]] : null;
    return !(fold && next && !layer.isInput && (next.kind === "activation" || next.kind === "norm"));
  });
}

/**
 * How a column of maps is divided: `across` maps side by side, of `size`, `pitch` apart.
 * @param {Layer} layer  @param {number} target  @param {number} height  @returns {Column}
 */
function divideColumn(layer, target, height) {
  for (let across = 1; ; across++) {
    const down = Math.ceil(layer.maps / across);
    const pitch = (height + TILE_GAP) / down;
    const { w, h } = mapSize(layer, Math.min(target, pitch - TILE_GAP));
    if (h >= 0.62 * target || down === 1) {
      return { w, h, across, down, pitch: Math.min(pitch, h + 16), width: across * (w + TILE_GAP) - TILE_GAP };
    }
  }
}

/** @param {Layer} layer  @param {number} height  @returns {Column} */
function divideUnits(layer, height) {
  const least = layer.maps <= 240 ? 9 : 5;
  for (let across = 1; ; across++) {
    const down = Math.ceil(layer.maps / across);
    const cell = Math.min(14, Math.floor(height / down));
    if (cell >= least || down === 1) {
      return { w: cell, h: cell, across, down, pitch: cell, width: across * cell };
    }
  }
}

/**
 * @param {Model} model  @param {Layer} layer  @param {number} target  @param {number} height
 * @param {Columns} columns  @returns {Column}
 */
function columnOf(model, layer, target, height, columns) {
  if (layer.isUnits) return divideUnits(layer, height);
  if (layer.isInput && layer.maps === 1) {
    const { w, h } = mapSize(layer, Math.min(112, 1.6 * target, height));
    return { w, h, across: 1, down: 1, pitch: h, width: w };
  }
  const largest = Math.max(...model.layers.map((l) => (l.isUnits ? 0 : l.rows)));
  const column = divideColumn(layer, target * (0.6 + (0.4 * layer.rows) / largest), height);
  const before = layer.source === null ? undefined : columns.get(layer.source);
  // Map i sits beside map i of the column before, so that pairs read along a line.
  if (before && layer.connect === "same" && before.down * before.across >= layer.maps) {
    const size = mapSize(layer, Math.min(before.h, column.h));
    const { across, down, pitch } = before;
    return { ...size, across, down, pitch, width: across * (size.w + TILE_GAP) - TILE_GAP };
  }
  return column;
}

/** Close to the column before it, if that is its source map by map.  @param {Layer} layer  @param {Columns} columns */
function isTight(layer, columns) {
  return layer.connect === "same" && layer.source !== null && columns.has(layer.source);
}

/**
 * Columns at a tile size `target`, and the width they take with the smallest gaps.
 * @param {Model} model  @param {Layer[]} layers  @param {number} target  @param {number} height
 * @param {number} barsWidth  @returns {Measured}
 */
function measureColumns(model, layers, target, height, barsWidth) {
  /** @type {Columns} */
  const columns = new Map();
  const gaps = { wide: Math.max(34, 0.9 * target), tight: Math.max(10, 0.22 * target) };
  let width = barsWidth + gaps.wide;
  layers.forEach((layer, i) => {
    const column = columnOf(model, layer, target, height, columns);
    columns.set(layer.index, column);
    width += column.width + (i === 0 ? 0 : isTight(layer, columns) ? gaps.tight : gaps.wide);
  });
  return { columns, width, gaps };
}

/**
 * @param {Model} model  @param {Layer[]} layers  @param {number} width  @param {number} height
 * @param {number} barsWidth
 */
function bestColumns(model, layers, width, height, barsWidth) {
  for (let target = 84; target >= 20; target -= 2) {
    const found = measureColumns(model, layers, target, height, barsWidth);
    if (found.width <= width) return { ...found, target };
  }
  return null;
}

/**
 * {mode, fold, tiles, heads, bars, width, height}
 * @param {Model} model  @param {number} width  @param {Options} options  @returns {Plan}
 */
export function layoutNetwork(model, width, options) {
  const { type } = options;
  const head = Math.round(54 * type);
  const body = options.compact ? 300 : 400;
  // Of many classes each still has a line that can be read: they go further down than the maps.
  const long = Math.max(body, Math.round(model.classes.length * LEAST_LINE * type) + AXIS);
  const barsWidth = Math.round(Math.min(290, Math.max(240, width * 0.27)) * type) + options.labelWidth;
  let fold = options.fold;
  /** @type {(Measured & { target: number }) | null} */
  let found = null;
  if (width >= 700) {
    if (fold !== true) found = bestColumns(model, shownLayers(model, false), width, body, barsWidth);
    if (fold === null) fold = !found || found.target < 44;
    if (fold) found = bestColumns(model, shownLayers(model, true), width, body, barsWidth);
  }
  const layers = shownLayers(model, fold ?? true);
  return found
    ? placeColumns(model, layers, found, { width, head, body, long, barsWidth, fold: fold ?? false })
    : placeRows(model, layers, { width, type, fold: fold ?? true, compact: options.compact });
}

/**
 * @param {Model} model  @param {Layer[]} layers  @param {Measured} found
 * @param {{ width: number, head: number, body: number, long: number, barsWidth: number, fold: boolean }} room  @returns {Plan}
 */
function placeColumns(model, layers, found, { width, head, body, long, barsWidth, fold }) {
  /** @type {Tile[]} */
  const tiles = [];
  /** @type {Head[]} */
  const heads = [];
  const tight = layers.filter((layer) => isTight(layer, found.columns)).length;
  const wide = layers.length - tight;
  const spare = width - found.width;
  const moreTight = Math.min(10, spare / (3 * wide + tight));
  const moreWide = Math.min(120, (spare - moreTight * tight) / wide);
  let x = 0;
  layers.forEach((layer, i) => {
    if (i > 0) x += isTight(layer, found.columns) ? found.gaps.tight + moreTight : found.gaps.wide + moreWide;
    const column = found.columns.get(layer.index);
    if (!column) return;
    placeColumn(tiles, layer, column, x, head, body);
    heads.push({ layer: layer.index, x, y: 0, w: column.width, h: head + body });
    x += column.width;
  });
  x += found.gaps.wide + moreWide;
  const bars = barsOf(model, { x, y: head, w: Math.min(barsWidth * 1.7, width - x), h: long }, 0);
  return { mode: "columns", fold, tiles, heads, bars, width, height: head + long };
}

/**
 * @param {Tile[]} tiles  @param {Layer} layer  @param {Column} column  @param {number} x  @param {number} head
 * @param {number} body
 */
function placeColumn(tiles, layer, column, x, head, body) {
  const tall = (column.down - 1) * column.pitch + column.h;
  const top = head + Math.max(0, (body - tall) / 2);
  if (layer.isUnits) {
    tiles.push(unitsTile(layer, x, top, column.width, column.down * column.h, column.down, column.across));
    return;
  }
  for (let map = 0; map < layer.maps; map++) {
    const left = x + (map % column.across) * (column.w + TILE_GAP);
    const y = top + Math.floor(map / column.across) * column.pitch;
    tiles.push(mapTile(layer, map, Math.round(left), Math.round(y), column.w, column.h));
  }
}

/** @param {Model} model  @param {Rect} place  @param {number} headY  @returns {Bars} */
function barsOf(model, place, headY) {
  const count = model.bars < 0 ? 0 : model.layers[model.bars].maps;
  return { ...place, headY, rowHeight: 0, layer: model.bars, count, rows: model.classes.length };
}

/**
 * A phone: one layer below the other, its maps wrapping.
 * @param {Model} model  @param {Layer[]} layers
 * @param {{ width: number, type: number, fold: boolean, compact: boolean }} room  @returns {Plan}
 */
function placeRows(model, layers, { width, type, fold, compact }) {
  /** @type {Tile[]} */
  const tiles = [];
  /** @type {Head[]} */
  const heads = [];
  const headHeight = Math.round(24 * type);
  const gap = 6;
  let y = 0;
  for (const layer of layers) {
    heads.push({ layer: layer.index, x: 0, y, w: width, h: headHeight, inline: true });
    y += headHeight;
    if (layer.isUnits) {
      const cell = Math.max(8, Math.min(14, Math.floor(width / Math.min(layer.maps, 24))));
      const across = Math.min(layer.maps, Math.floor(width / cell));
      const down = Math.ceil(layer.maps / across);
      tiles.push(unitsTile(layer, 0, y, across * cell, down * cell, down, across));
      y += down * cell + 14;
      continue;
    }
    const { w, h, across } = rowSize(layer, width, gap, compact);
    for (let map = 0; map < layer.maps; map++) {
      const row = Math.floor(map / across);
      tiles.push(mapTile(layer, map, (map % across) * (w + gap), y + row * (h + gap), w, h));
    }
    y += Math.ceil(layer.maps / across) * (h + gap) + 10;
  }
  const rowHeight = 26 * type;
  const place = { x: 0, y: y + headHeight + 4, w: width, h: model.classes.length * rowHeight + 18 };
  const bars = barsOf(model, place, y);
  return { mode: "rows", fold, tiles, heads, bars, width, height: bars.y + bars.h };
}

/**
 * As few rows of maps as leave each map at least 32 pixels.
 * @param {Layer} layer  @param {number} width  @param {number} gap  @param {boolean} compact
 */
function rowSize(layer, width, gap, compact) {
  if (layer.isInput && layer.maps === 1) return { ...mapSize(layer, compact ? 84 : 112), across: 1 };
  const most = compact ? 44 : 64;
  for (let down = 1; ; down++) {
    const across = Math.ceil(layer.maps / down);
    const size = (width + gap) / across - gap;
    if (size >= 32 || across === 1) return { ...mapSize(layer, Math.min(most, size)), across };
  }
}

/** Top of the row of a logit; a single one speaks for the last class.  @param {Bars} bars  @param {number} map */
export function barTop(bars, map) {
  return bars.y + (bars.count === 1 ? bars.rows - 1 : map) * bars.rowHeight;
}
