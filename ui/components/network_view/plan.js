// Where everything lies at the open level, and what can be found there.

import { layoutLayer } from "./open_layer.js";
import { layoutMap } from "./open_map.js";
import { layoutNetwork } from "./overview.js";

/** @import { LevelPlan, PanelPlace } from "./levels.js" */
/** @import { Layout, View } from "./network_view.js" */
/** @import { Tile } from "./overview.js" */
/** @import { TextBlock } from "./scene.js" */

/** Before anything is laid out.  @type {Layout} */
export const EMPTY = {
  mode: null,
  fold: false,
  tiles: [],
  heads: [],
  bars: null,
  width: 0,
  height: 0,
  panel: null,
  drawing: null,
  unit: false,
  words: [],
  shown: new Set(),
  byMap: new Map(),
  main: null,
};

/** What an open level has and the whole network has not. */
const LEVELLESS = { panel: null, drawing: null, unit: false, texts: [] };

/** @param {View} state */
export function planFor(state) {
  const { model, selection, width } = state;
  if (selection.layer === null) return { ...LEVELLESS, ...layoutNetwork(model, width, state) };
  const layer = model.layers[selection.layer];
  return selection.map === null
    ? layoutLayer(model, layer, width, state)
    : layoutMap(model, layer, selection.map, width, state);
}

/**
 * What can be found in a plan.
 * @param {Omit<LevelPlan, "panel"> & { panel: PanelPlace | null }} plan  @param {TextBlock[]} words
 * @returns {Layout}
 */
export function layoutOf(plan, words) {
  const maps = plan.tiles.filter((tile) => tile.role === "map" || tile.role === "units");
  const shown = new Set(plan.tiles.map((tile) => tile.layer));
  if (plan.bars) shown.add(plan.bars.layer);
  const byMap = new Map(maps.map((tile) => [tile.map === null ? `${tile.layer}` : `${tile.layer}.${tile.map}`, tile]));
  return { ...plan, words, shown, byMap, main: plan.tiles.find((tile) => tile.main) ?? null };
}

/** @param {{ tiles: Tile[], texts: TextBlock[] }} layout  @returns {TextBlock[]} */
export function levelTexts(layout) {
  const texts = [...layout.texts];
  for (const tile of layout.tiles) {
    if (tile.caption)
      texts.push({ id: `c${tile.id}`, x: tile.x, y: tile.y - 2, text: `${tile.map}`, className: "caption" });
  }
  return texts;
}
