// What the levels have in common (open_layer.js, open_map.js, open_unit.js): where everything lies
// once a layer, a map or a unit is open. Pure geometry, as in overview.js.

import { mapSize, mapTile } from "./overview.js";

/** @import { Layer, Model } from "./model.js" */
/** @import { Options, Plan, Rect, Tile } from "./overview.js" */
/** @import { TextBlock } from "./scene.js" */

/** @typedef {{ x: number, y: number, w: number, textY?: number, below?: boolean }} PanelPlace */
/** What a level has beside the tiles.
 * @typedef {Plan & { panel: PanelPlace, texts: TextBlock[], drawing: Rect | null, unit: boolean }} LevelPlan */
/** @typedef {{ tiles: Tile[], texts: TextBlock[], panel: PanelPlace, width: number, bottom: number, minHeight: number }} Begun */
/** @typedef {{ x: number, y: number, w: number, h: number }} Area */

export const LEVEL_TOP = 26;

/** What the whole network has and an open level has not. */
export const LEVEL = { mode: null, fold: false, heads: [], bars: null, drawing: null };

/** @param {Layer} layer  @returns {[number, number] | null} */
export function kernelOf(layer) {
  return layer.kind === "conv" ? (layer.window?.kernel ?? null) : null;
}

/** The layer that feeds it; the input feeds itself.  @param {Model} model  @param {Layer} layer */
export function sourceOf(model, layer) {
  return model.layers[layer.source ?? layer.index];
}

/** @param {number} width */
export function isWide(width) {
  return width >= 760;
}

/** @param {number} base  @param {number} width  @param {Options} options */
export function panelFor(base, width, options) {
  return Math.round(base * Math.min(1, Math.max(0.86, width / 1280)) * Math.min(1.25, options.type));
}

/** @param {Options} options */
export function levelHeight(options) {
  return options.compact ? 400 : 480;
}

/**
 * The panel shows the network's input, so that receptive fields have a place, unless the input
 * is on the stage already.
 * @param {Model} model  @param {Begun} begun  @returns {LevelPlan}
 */
export function withDrawing(model, begun) {
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
