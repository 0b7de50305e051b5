// A dense unit is open: its inputs, weights and products, arranged like the layer they come from.

import { isWide, LEVEL, levelHeight, LEVEL_TOP, panelFor, sourceOf } from "./levels.js";
import { mapSize, mapTile, snapSize, unitsTile } from "./overview.js";
import { unitCaption } from "./words.js";

/** @import { Layer, Model } from "./model.js" */
/** @import { LevelPlan } from "./levels.js" */
/** @import { View } from "./network_view.js" */
/** @import { Options, Tile } from "./overview.js" */
/** @import { TextBlock } from "./scene.js" */
/** @import { UnitRole } from "./words.js" */

/**
 * A dense unit: inputs, weights and products side by side, arranged like the source; its
 * strongest terms beside them, or below where there is no room.
 * @param {Model} model  @param {Layer} layer  @param {number} unit  @param {number} width  @param {Options} options
 * @returns {LevelPlan}
 */
export function layoutUnit(model, layer, unit, width, options) {
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
