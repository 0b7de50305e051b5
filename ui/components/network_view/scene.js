// The scene: canvases of the tiles, placed by a layout, painted from the model.

import { maxAbs } from "../shared/colour.js";
import { element, setText } from "./dom.js";
import { kernelOf } from "./model.js";
import { paintInto, paintTile } from "./paint.js";

export const MOVE_MS = 340;
const NOTHING = new Float32Array(0);

// What a tile shows, from this forward pass.
function bindTile(state, tile) {
  const { model } = state;
  const layer = model.layers[tile.layer];
  tile.palette = "activation";
  tile.arrange = null;
  if (tile.role === "map" || tile.role === "units") {
    tile.values =
      tile.role === "map" ? layer.values.subarray(tile.map * layer.cells, (tile.map + 1) * layer.cells) : layer.values;
    tile.palette = layer.isInput ? "grey" : "activation";
    tile.limit = limitOf(state, layer);
  } else if (tile.role === "kernel") {
    tile.values = kernelOf(layer, tile.map, tile.input) ?? selectedKernel(model, layer, tile) ?? NOTHING;
    tile.palette = "weight";
    tile.limit = weightLimit(model, layer);
  } else if (tile.role === "strip") {
    tile.palette = "weight";
    tile.limit = weightLimit(model, layer);
    tile.values = layer.kernels;
    tile.arrange = (pixels, themeName) => arrangeStrip(tile, layer, pixels, themeName);
  } else {
    bindUnitTile(state, tile);
  }
}

function selectedKernel(model, layer, tile) {
  const { weights } = model;
  if (!weights || weights.layer !== layer.name || weights.unit !== tile.map) return null;
  const [count, kh, kw] = weights.shape;
  const perGroup = count;
  const group = Math.floor((tile.map * layer.groups) / layer.channels);
  const local = tile.input - group * perGroup;
  return local >= 0 && local < count ? weights.weight.subarray(local * kh * kw, (local + 1) * kh * kw) : null;
}

// Weights and products of an open dense unit, arranged like its source.
function bindUnitTile(state, tile) {
  const { weights, layers } = state.model;
  const array = weights && (tile.role === "weight" ? weights.weight : weights.product);
  tile.palette = tile.role === "weight" ? "weight" : "activation";
  if (!array) {
    tile.values = NOTHING;
    tile.limit = 1;
    return;
  }
  const { cells, isUnits } = layers[tile.source];
  tile.values = isUnits ? array : array.subarray(tile.map * cells, (tile.map + 1) * cells);
  tile.limit = maxAbs(array);
}

export function limitOf(state, layer) {
  if (layer.isInput) return Math.max(1, layer.largest);
  if (state.scale === "network") return state.model.limit;
  return Math.max(layer.scale ?? 0, layer.largest);
}

function weightLimit(model, layer) {
  if (layer.kernels) return (layer.kernelLimit ??= maxAbs(layer.kernels));
  return model.weights?.layer === layer.name ? maxAbs(model.weights.weight) : 1;
}

function arrangeStrip(tile, layer, pixels, themeName) {
  const { strip } = tile;
  const [, , kh, kw] = layer.kernelShape;
  const one = new Uint32Array(kh * kw);
  for (let i = 0; i < strip.count; i++) {
    const at = (tile.map * strip.count + i) * kh * kw;
    paintInto(one, layer.kernels.subarray(at, at + kh * kw), kh * kw, "weight", themeName, tile.limit);
    const left = (i % strip.cols) * (kw + 1);
    const top = Math.floor(i / strip.cols) * (kh + 1);
    for (let r = 0; r < kh; r++) pixels.set(one.subarray(r * kw, (r + 1) * kw), (top + r) * tile.gridCols + left);
  }
}

export function paintAll(state) {
  for (const tile of state.tiles.values()) {
    bindTile(state, tile);
    if (tile.values.length) paintTile(tile, state.theme.name);
  }
}

// Puts the tiles of `layout` in place. Canvases that stay are moved, not made anew.
export function placeTiles(state, layout, animate) {
  const { scene } = state.dom;
  const before = state.tiles;
  const now = new Map();
  for (const tile of layout.tiles) {
    const old = before.get(tile.id) ?? state.resting.get(tile.id);
    const canvas = old?.canvas ?? makeCanvas(state, tile);
    const { image, pixels, context } = old ?? {};
    now.set(tile.id, Object.assign(tile, { canvas, image, pixels, context }));
    if (!canvas.isConnected) scene.insertBefore(canvas, state.dom.marks);
    canvas.classList.toggle("main", !!tile.main);
    placeCanvas(canvas, tile);
    if (animate) moveCanvas(canvas, before.get(tile.id), tile);
  }
  for (const [id, tile] of before) if (!now.has(id)) retire(state, id, tile, animate);
  state.tiles = now;
}

function makeCanvas(state, tile) {
  const canvas = element("canvas", `tile ${tile.role}`);
  const { name } = state.model.layers[tile.layer];
  Object.assign(canvas.dataset, { layer: name, role: tile.role });
  if (tile.map !== null) canvas.dataset.map = tile.map;
  return canvas;
}

function placeCanvas(canvas, { x, y, w, h }) {
  Object.assign(canvas.style, { left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px` });
}

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

// Tiles that leave are kept aside: coming back, they are the same canvases.
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

// Text blocks by id: {id, x, y, w, text or text(state), className}.
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
    let node = known.get(block.id);
    if (!node) known.set(block.id, (node = element("div", "", texts)));
    node.className = `text ${block.className ?? ""}${block.middle ? " middle" : ""}`;
    Object.assign(node.style, { left: `${block.x}px`, top: `${block.y}px`, width: block.w ? `${block.w}px` : "" });
    setText(node, typeof block.text === "function" ? block.text(state) : block.text);
  }
}
