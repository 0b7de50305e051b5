// Pointer and keys. Pointing lights up; a click or Enter opens one level, Escape closes one.

import { targetOf } from "../shared/dom.js";
import { clipTo, unitRect, windowOn } from "./links.js";
import { NOTHING_OPEN, inputsOf } from "./model.js";
import { barTop } from "./overview.js";

/** @import { Area } from "./links.js" */
/** @import { Selection, Spot } from "./model.js" */
/** @import { Layout, View } from "./network_view.js" */
/** @import { Tile } from "./overview.js" */

/** @typedef {{ spot: Spot, tile: Tile | null }} Hit */

/**
 * What lies under a point of the scene, or null.
 * @param {View} state  @param {number} x  @param {number} y  @returns {Hit | null}
 */
function hitTest(state, x, y) {
  const { layout } = state;
  for (let i = layout.tiles.length - 1; i >= 0; i--) {
    const tile = layout.tiles[i];
    const margin = state.level === "network" && tile.role === "map" ? 3 : 0;
    if (x < tile.x - margin || x >= tile.x + tile.w + margin || y < tile.y - margin || y >= tile.y + tile.h + margin)
      continue;
    const col = Math.max(0, Math.min(tile.gridCols - 1, Math.floor(((x - tile.x) / tile.w) * tile.gridCols)));
    const row = Math.max(0, Math.min(tile.gridRows - 1, Math.floor(((y - tile.y) / tile.h) * tile.gridRows)));
    const hit = placeOnTile(state, tile, row, col);
    if (hit) return hit;
  }
  return barHit(layout, x, y);
}

/** A map as a whole, or a layer.  @param {number} layer  @param {number | null} map  @returns {Spot} */
function whole(layer, map) {
  return { layer, map, row: null, col: null };
}

/** @param {View} state  @param {Tile} tile  @param {number} row  @param {number} col  @returns {Hit | null} */
function placeOnTile(state, tile, row, col) {
  const { layers } = state.model;
  if (tile.role === "strip" || tile.role === "kernel") return { spot: whole(tile.layer, tile.map), tile };
  const layer = layers[tile.source ?? tile.layer];
  if (tile.map === null) {
    const unit = row * tile.gridCols + col;
    return unit < layer.maps ? { spot: whole(layer.index, unit), tile } : null;
  }
  if (layer.cells === 1) return { spot: whole(layer.index, tile.map), tile };
  return { spot: { layer: layer.index, map: tile.map, row, col }, tile };
}

/** @param {Layout} layout  @param {number} x  @param {number} y  @returns {Hit | null} */
function barHit(layout, x, y) {
  const { bars } = layout;
  if (!bars || bars.layer < 0 || x < bars.x || x > bars.x + bars.w || y < bars.y) return null;
  const row = Math.floor((y - bars.y) / bars.rowHeight);
  const map = bars.count === 1 ? 0 : row;
  return row < bars.rows ? { spot: whole(bars.layer, map), tile: null } : null;
}

/** @param {View} state */
export function attachInput(state) {
  const { scene } = state.dom;
  const at = (/** @type {MouseEvent} */ event) => {
    const box = scene.getBoundingClientRect();
    return hitTest(state, event.clientX - box.left, event.clientY - box.top);
  };
  scene.onpointermove = (event) => {
    if (event.pointerType === "touch") return;
    state.act.pointAt(state, at(event)?.spot ?? null);
  };
  scene.onpointerleave = () => state.act.pointAt(state, null);
  scene.onclick = (event) => {
    if (targetOf(event, "button")) return;
    const hit = at(event);
    if (hit) openHit(state, hit.spot, hit.tile);
  };
  scene.onkeydown = (event) => onKey(state, event);
  scene.onblur = () => state.act.pointAt(state, null);
}

/** The next level down, from what was clicked.  @param {View} state  @param {Spot} hit  @param {Tile | null} [tile] */
function openHit(state, hit, tile = null) {
  const { selection, level, model } = state;
  const layer = model.layers[hit.layer];
  if (level === "network") {
    state.last = { layer: hit.layer, map: hit.map };
    state.act.select(state, whole(hit.layer, layer.maps === 1 ? 0 : null));
  } else if (level === "layer") {
    state.act.select(state, whole(hit.layer, hit.map));
  } else if (layer.cells === 1 || hit.row === null) {
    const same = hit.layer === selection.layer && hit.map === selection.map;
    if (!same) state.act.select(state, whole(hit.layer, hit.map));
  } else {
    const main = hit.layer === selection.layer && hit.map === selection.map;
    const follow = level === "cell" || tile?.source !== undefined;
    state.act.select(state, main || follow ? hit : whole(hit.layer, hit.map));
  }
}

/** @param {View} state */
function closeLevel(state) {
  const { selection, level, model } = state;
  if (selection.layer === null) return false;
  const single = model.layers[selection.layer].maps === 1;
  if (level === "cell") state.act.select(state, whole(selection.layer, selection.map));
  else if (level === "map" && !single) state.act.select(state, whole(selection.layer, null));
  else state.act.select(state, NOTHING_OPEN);
  return true;
}

/** @param {View} state */
function openByKey(state) {
  if (state.level === "cell" && !state.focus) followBack(state);
  else openHit(state, state.focus ?? startFocus(state));
}

/** From the open cell one layer back: the middle of its window on the map it hears most.  @param {View} state */
function followBack(state) {
  const { selection, model } = state;
  if (selection.row === null) return;
  const layer = model.layers[selection.layer];
  const [strongestInput] = inputsOf(model, layer, selection.map).sort(
    (a, b) => Math.abs(b.strength) - Math.abs(a.strength),
  );
  if (!strongestInput || layer.source === null) return;
  const source = model.layers[layer.source];
  /** @type {Area} */
  const area = [selection.row, selection.row + 1, selection.col, selection.col + 1];
  const [r0, r1, c0, c1] = clipTo(source, windowOn(model, layer, area));
  state.act.select(state, {
    layer: source.index,
    map: strongestInput.map,
    row: (r0 + r1 - 1) >> 1,
    col: (c0 + c1 - 1) >> 1,
  });
}

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {View} state  @param {KeyboardEvent} event */
function onKey(state, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // A button on the stage has its own use for keys; Escape still goes out.
  if (event.target !== state.dom.scene && event.key !== "Escape") return;
  const arrow = ARROWS[event.key];
  let used = true;
  if (arrow) moveFocus(state, arrow);
  else if (event.key === "Enter" || event.key === " ") openByKey(state);
  else if (event.key === "Escape") used = closeLevel(state);
  else used = false;
  if (!used) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Where arrows start from: what is open, what was open, else the first map.  @param {View} state  @returns {Spot} */
function startFocus(state) {
  const { selection, level, last, model } = state;
  if (selection.layer !== null && selection.map !== null) {
    const layer = model.layers[selection.layer];
    if (level === "cell" || layer.cells === 1) return selection;
    return { layer: layer.index, map: selection.map, row: layer.rows >> 1, col: layer.cols >> 1 };
  }
  const layer = selection.layer ?? last?.layer ?? 0;
  const map = last?.layer === layer ? (last.map ?? 0) : 0;
  return whole(layer, map);
}

/** @param {View} state  @param {[number, number]} by */
function moveFocus(state, [dx, dy]) {
  const { level, model, selection } = state;
  const first = !state.focus && level !== "cell";
  const focus = state.focus ?? startFocus(state);
  const layer = model.layers[focus.layer];
  if (first) return state.act.pointAt(state, focus, true);
  if (level === "network" || level === "layer") return state.act.pointAt(state, neighbour(state, focus, dx, dy), true);
  if (layer.cells === 1 || focus.layer !== selection.layer) return moveUnit(state, dx, dy);
  if (focus.row === null) return undefined;
  const row = Math.max(0, Math.min(layer.rows - 1, focus.row + dy));
  const col = Math.max(0, Math.min(layer.cols - 1, focus.col + dx));
  const cell = { layer: focus.layer, map: focus.map, row, col };
  return level === "cell" ? state.act.select(state, cell, true) : state.act.pointAt(state, cell, true);
}

/**
 * At an open unit the arrows go to its neighbours in the layer.
 * @param {View} state  @param {number} dx  @param {number} dy
 */
function moveUnit(state, dx, dy) {
  const { selection, model } = state;
  if (selection.layer === null || selection.map === null) return;
  const { maps } = model.layers[selection.layer];
  const map = Math.max(0, Math.min(maps - 1, selection.map + dx + dy));
  state.act.select(state, selection.row === null ? whole(selection.layer, map) : { ...selection, map }, true);
}

/**
 * The nearest map or unit in a direction: inside a grid of units its neighbour, else by geometry.
 * @param {View} state  @param {Spot} focus  @param {number} dx  @param {number} dy  @returns {Spot}
 */
function neighbour(state, focus, dx, dy) {
  const { layout, level } = state;
  const here = placeOf(state, focus);
  if (!here) return focus;
  /** @type {{ cost: number, layer: number, map: number } | null} */
  let best = null;
  for (const spot of spotsOf(state)) {
    if (spot.layer === focus.layer && spot.map === focus.map) continue;
    if (level === "layer" && spot.layer !== state.selection.layer) continue;
    const along = (spot.x - here.x) * dx + (spot.y - here.y) * dy;
    const aside = Math.abs((spot.x - here.x) * dy) + Math.abs((spot.y - here.y) * dx);
    // Up and down stay in their column of the network; left and right may change it.
    if (along <= 0.5 || (layout.mode === "columns" && level === "network" && dy && spot.layer !== focus.layer))
      continue;
    const cost = along + 3 * aside;
    if (!best || cost < best.cost) best = { cost, layer: spot.layer, map: spot.map };
  }
  return best ? whole(best.layer, best.map) : focus;
}

/** @param {View} state  @param {Spot} focus */
function placeOf(state, focus) {
  return spotsOf(state).find((spot) => spot.layer === focus.layer && spot.map === focus.map);
}

/** Middles of all maps, units and classes on the stage.  @param {View} state */
function spotsOf(state) {
  const { layout, model } = state;
  /** @type {{ layer: number, map: number, x: number, y: number }[]} */
  const spots = [];
  for (const tile of layout.tiles) {
    if (tile.role === "map" && tile.map !== null)
      spots.push({ layer: tile.layer, map: tile.map, x: tile.x + tile.w / 2, y: tile.y + tile.h / 2 });
    if (tile.role !== "units") continue;
    for (let unit = 0; unit < model.layers[tile.layer].maps; unit++) {
      const { x, y, w, h } = unitRect(tile, unit);
      spots.push({ layer: tile.layer, map: unit, x: x + w / 2, y: y + h / 2 });
    }
  }
  const { bars } = layout;
  for (let k = 0; bars && bars.layer >= 0 && k < bars.count; k++) {
    spots.push({ layer: bars.layer, map: k, x: bars.x + 40, y: barTop(bars, k) + bars.rowHeight / 2 });
  }
  return spots;
}
