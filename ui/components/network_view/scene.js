// The scene: canvases of the tiles, placed by a layout, painted from the model.

import { maxAbs } from "../shared/colour.js";
import { addElement, element, setText } from "../shared/dom.js";
import { kernelOf } from "./model.js";
import { paintInto, paintTile } from "./paint.js";

/** @import { ThemeName } from "../shared/theme.js" */
/** @import { Layer, Model } from "./model.js" */
/** @import { View } from "./network_view.js" */
/** @import { Rect, Tile } from "./overview.js" */
/** @import { Grid, Painted } from "./paint.js" */

/** A tile on the stage.  @typedef {Tile & Painted & Grid} LiveTile */
/**
 * A text on the stage; it may follow the forward pass.
 * @typedef {object} TextBlock
 * @property {string} id
 * @property {number} x
 * @property {number} y
 * @property {number} [w]
 * @property {string | ((view: View) => string)} text
 * @property {string} [className]
 * @property {boolean} [middle]
 */

export const MOVE_MS = 340;
const NOTHING = new Float32Array(0);
/** What bindTile fills in.  @type {Pick<LiveTile, "values" | "palette" | "limit" | "arrange">} */
const UNPAINTED = { values: NOTHING, palette: "activation", limit: 1, arrange: null };

/** What a tile shows, from this forward pass.  @param {View} state  @param {LiveTile} tile */
function bindTile(state, tile) {
  const { model } = state;
  const layer = model.layers[tile.layer];
  tile.palette = "activation";
  tile.arrange = null;
  const map = tile.map ?? 0;
  if (tile.role === "map" || tile.role === "units") {
    const own = layer.values.subarray(map * layer.cells, (map + 1) * layer.cells);
    tile.values = tile.role === "map" ? own : layer.values;
    tile.palette = layer.isInput ? "grey" : "activation";
    tile.limit = limitOf(state, layer);
  } else if (tile.role === "kernel") {
    tile.values = kernelOf(layer, map, tile.from ?? 0) ?? selectedKernel(model, layer, map, tile.from ?? 0) ?? NOTHING;
    tile.palette = "weight";
    tile.limit = weightLimit(model, layer);
  } else if (tile.role === "strip") {
    const kernels = layer.kernels ?? NOTHING;
    tile.palette = "weight";
    tile.limit = weightLimit(model, layer);
    tile.values = kernels;
    tile.arrange = (pixels, themeName) => arrangeStrip(tile, layer, kernels, pixels, themeName);
  } else {
    bindUnitTile(state, tile);
  }
}

/** @param {Model} model  @param {Layer} layer  @param {number} map  @param {number} from */
function selectedKernel(model, layer, map, from) {
  const { weights } = model;
  if (!weights || weights.layer !== layer.name || weights.unit !== map) return null;
  const [count, kh, kw] = weights.shape;
  const perGroup = count;
  const group = Math.floor((map * layer.groups) / layer.channels);
  const local = from - group * perGroup;
  return local >= 0 && local < count ? weights.weight.subarray(local * kh * kw, (local + 1) * kh * kw) : null;
}

/**
 * Weights and products of an open dense unit, arranged like its source.
 * @param {View} state  @param {LiveTile} tile
 */
function bindUnitTile(state, tile) {
  const { weights, layers } = state.model;
  const array = weights && (tile.role === "weight" ? weights.weight : weights.product);
  tile.palette = tile.role === "weight" ? "weight" : "activation";
  if (!array) {
    tile.values = NOTHING;
    tile.limit = 1;
    return;
  }
  const { cells, isUnits } = layers[tile.source ?? tile.layer];
  const map = tile.map ?? 0;
  tile.values = isUnits ? array : array.subarray(map * cells, (map + 1) * cells);
  tile.limit = maxAbs(array);
}

/** @param {View} state  @param {Layer} layer */
export function limitOf(state, layer) {
  if (layer.isInput) return Math.max(1, layer.largest);
  if (state.scale === "network") return state.model.limit;
  return Math.max(layer.scale ?? 0, layer.largest);
}

/** @param {Model} model  @param {Layer} layer */
function weightLimit(model, layer) {
  if (layer.kernels) return layer.kernelLimit;
  return model.weights?.layer === layer.name ? maxAbs(model.weights.weight) : 1;
}

/**
 * @param {LiveTile} tile  @param {Layer} layer  @param {Float32Array} kernels  @param {Uint32Array} pixels
 * @param {ThemeName} themeName
 */
function arrangeStrip(tile, layer, kernels, pixels, themeName) {
  const { strip } = tile;
  if (!strip) return;
  const [, , kh, kw] = layer.kernelShape;
  const one = new Uint32Array(kh * kw);
  for (let i = 0; i < strip.count; i++) {
    const at = ((tile.map ?? 0) * strip.count + i) * kh * kw;
    paintInto(one, kernels.subarray(at, at + kh * kw), kh * kw, "weight", themeName, tile.limit);
    const left = (i % strip.cols) * (kw + 1);
    const top = Math.floor(i / strip.cols) * (kh + 1);
    for (let r = 0; r < kh; r++) pixels.set(one.subarray(r * kw, (r + 1) * kw), (top + r) * tile.gridCols + left);
  }
}

/** @param {View} state */
export function paintAll(state) {
  for (const tile of state.tiles.values()) {
    bindTile(state, tile);
    if (tile.values.length) paintTile(tile, state.theme.name);
  }
}

/**
 * Puts the tiles of `layout` in place. Canvases that stay are moved, not made anew.
 * @param {View} state  @param {{ tiles: Tile[] }} layout  @param {boolean} animate
 */
export function placeTiles(state, layout, animate) {
  const { scene } = state.dom;
  const before = state.tiles;
  /** @type {Map<string, LiveTile>} */
  const now = new Map();
  for (const tile of layout.tiles) {
    const old = before.get(tile.id) ?? state.resting.get(tile.id);
    const canvas = old?.canvas ?? makeCanvas(state, tile);
    /** @type {LiveTile} */
    const live = { ...tile, ...UNPAINTED, canvas, painting: old?.painting ?? null };
    now.set(tile.id, live);
    if (!canvas.isConnected) scene.insertBefore(canvas, state.dom.marks);
    canvas.classList.toggle("main", !!tile.main);
    placeCanvas(canvas, tile);
    if (animate) moveCanvas(canvas, before.get(tile.id), tile);
  }
  for (const [id, tile] of before) if (!now.has(id)) retire(state, id, tile, animate);
  state.tiles = now;
}

/** @param {View} state  @param {Tile} tile */
function makeCanvas(state, tile) {
  const canvas = element("canvas", `tile ${tile.role}`);
  const { name } = state.model.layers[tile.layer];
  Object.assign(canvas.dataset, { layer: name, role: tile.role });
  if (tile.map !== null) canvas.dataset.map = String(tile.map);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas  @param {Rect} place */
function placeCanvas(canvas, { x, y, w, h }) {
  Object.assign(canvas.style, { left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px` });
}

/** @param {HTMLCanvasElement} canvas  @param {Rect | undefined} from  @param {Rect} to */
function moveCanvas(canvas, from, to) {
  canvas.getAnimations().forEach((animation) => animation.cancel());
  const timing = { duration: MOVE_MS, easing: "cubic-bezier(0.3, 0, 0.1, 1)" };
  if (!from) {
    canvas.animate([{ opacity: 0 }, { opacity: 0, offset: 0.4 }, { opacity: 1 }], timing);
    return;
  }
  if (from.x === to.x && from.y === to.y && from.w === to.w && from.h === to.h) return;
  const scale = `scale(${from.w / to.w}, ${from.h / to.h})`;
  canvas.animate(
    [{ transform: `translate(${from.x - to.x}px, ${from.y - to.y}px) ${scale}` }, { transform: "none" }],
    timing,
  );
}

/**
 * Tiles that leave are kept aside: coming back, they are the same canvases.
 * @param {View} state  @param {string} id  @param {LiveTile} tile  @param {boolean} animate
 */
function retire(state, id, tile, animate) {
  state.resting.set(id, tile);
  if (!animate) {
    tile.canvas.remove();
    return;
  }
  const fade = tile.canvas.animate([{ opacity: 1 }, { opacity: 0 }], { duration: 160 });
  fade.onfinish = () => {
    if (!state.tiles.has(id)) tile.canvas.remove();
  };
}

/**
 * Text blocks by id: {id, x, y, w, text or text(state), className}.
 * @param {View} state  @param {TextBlock[]} blocks
 */
export function placeTexts(state, blocks) {
  const { texts } = state.dom;
  const known = state.texts;
  const ids = new Set(blocks.map((block) => block.id));
  for (const [id, node] of known) {
    if (!ids.has(id)) {
      node.remove();
      known.delete(id);
    }
  }
  for (const block of blocks) {
    const node = known.get(block.id) ?? addElement(texts, "div");
    known.set(block.id, node);
    node.className = `text ${block.className ?? ""}${block.middle ? " middle" : ""}`;
    Object.assign(node.style, { left: `${block.x}px`, top: `${block.y}px`, width: block.w ? `${block.w}px` : "" });
    setText(node, typeof block.text === "function" ? block.text(state) : block.text);
  }
}
