// What is open: how Python names it, and whether the network has it.

import { NOTHING_OPEN } from "./model.js";

/** @import { Model, NamedSelection, Selection } from "./model.js" */
/** @import { Level } from "./network_view.js" */

/** @param {Selection} selection  @returns {Level} */
export function levelOf({ layer, map, row }) {
  if (layer === null) return "network";
  if (map === null) return "layer";
  return row === null ? "map" : "cell";
}

/**
 * A selection that Python names by the layer's name, in this model's indices; unknown: closed.
 * @param {Model} model  @param {NamedSelection} selection  @returns {Selection}
 */
export function fromPython(model, { layer, map, row, col }) {
  const index = layer === null ? undefined : model.byName.get(layer);
  if (index === undefined) return NOTHING_OPEN;
  return fitSelection(model, { layer: index, map, row, col });
}

/**
 * @param {Model} model
 * @param {{ layer: number | null, map: number | null, row: number | null, col: number | null }} selection
 * @returns {Selection}
 */
export function fitSelection(model, selection) {
  const { layer, map, row, col } = selection;
  const found = layer === null ? null : model.layers[layer];
  if (layer === null || !found) return NOTHING_OPEN;
  if (map === null || map >= found.maps) return { layer, map: found.maps === 1 ? 0 : null, row: null, col: null };
  const inside = row !== null && col !== null && row < found.rows && col < found.cols && found.cells > 1;
  return inside ? { layer, map, row, col } : { layer, map, row: null, col: null };
}

/** @param {Selection} a  @param {Selection} b */
export function sameSelection(a, b) {
  return a.layer === b.layer && a.map === b.map && a.row === b.row && a.col === b.col;
}
