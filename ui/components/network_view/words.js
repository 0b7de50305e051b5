// Words: what is pointed at, what is open, what feeds it. The same for eyes and screen readers.

import { maxAbs } from "../shared/colour.js";
import { formatNumber } from "../shared/numbers.js";
import { clipTo, fieldOf } from "./links.js";
import { countText, inputsOf, nameOf, shapeText } from "./model.js";
import { limitOf } from "./scene.js";

/** @import { Connection, Layer, Model, Selection, Spot } from "./model.js" */
/** @import { View } from "./network_view.js" */

/** @typedef {"input" | "weight" | "product"} UnitRole  what is shown of a dense unit */

/**
 * @param {Model} model  @param {Layer} layer  @param {number | null} map  @param {number | null} row
 * @param {number | null} col
 */
function placeText(model, layer, map, row, col) {
  const parts = [nameOf(model, layer)];
  if (map !== null && !(layer.isInput && layer.maps === 1)) {
    parts.push(unitName(model, layer, map));
  }
  if (row !== null && layer.cells > 1) parts.push(`row ${row}, column ${col}`);
  return parts.join(" · ");
}

/** @param {Model} model  @param {Layer} layer  @param {number} map */
export function unitName(model, layer, map) {
  if (layer.index === model.bars && layer.maps > 1) return `class ${model.classes[map]}`;
  return `${layer.cells === 1 ? "unit" : "map"} ${map}`;
}

/** @param {Layer} layer  @param {number} map  @param {number} [row]  @param {number} [col] */
export function valueAt(layer, map, row = 0, col = 0) {
  return layer.values[map * layer.cells + row * layer.cols + col];
}

/** @param {Layer} layer  @param {number} map */
function rangeText(layer, map) {
  const values = layer.values.subarray(map * layer.cells, (map + 1) * layer.cells);
  let low = Infinity;
  let high = -Infinity;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return `from ${formatNumber(low, 2)} to ${formatNumber(high, 2)}`;
}

/** @param {Model} model  @param {Layer} layer  @param {number} row  @param {number} col */
function fieldText(model, layer, row, col) {
  const input = model.layers[0];
  if (layer.isInput || input.isUnits || !layer.field) return "";
  const field = fieldOf(model, layer.index, row, col);
  if (!field) return "";
  const area = clipTo(input, field);
  const span = (/** @type {number} */ first, /** @type {number} */ past) =>
    past - first === 1 ? `${first}` : `${first}–${past - 1}`;
  const rows = `rows ${span(area[0], area[1])}, columns ${span(area[2], area[3])}`;
  return `sees ${rows} of the ${model.label}`;
}

/** One line for what is pointed at: where, its value, what it sees.  @param {Model} model  @param {Spot} focus */
export function describe(model, focus) {
  const layer = model.layers[focus.layer];
  const where = placeText(model, layer, focus.map, focus.row, focus.col);
  if (layer.cells === 1 && focus.map !== null)
    return { where, value: formatNumber(valueAt(layer, focus.map), 2), more: "" };
  if (focus.row === null) {
    return { where, value: "", more: focus.map === null ? layerLine(layer) : rangeText(layer, focus.map) };
  }
  return {
    where,
    value: formatNumber(valueAt(layer, focus.map, focus.row, focus.col), 2),
    more: fieldText(model, layer, focus.row, focus.col),
  };
}

export const SAYS_NOTHING = "It says nothing: its scores are no numbers.";

/** Index of the most probable class; -1 where the probabilities are no numbers.  @param {Model} model */
export function bestClass(model) {
  return model.probabilities.indexOf(Math.max(...model.probabilities));
}

/** @param {Model} model  @param {Selection} selection */
export function summary(model, selection) {
  if (selection.layer === null) {
    const best = bestClass(model);
    if (best < 0) return `The network. ${SAYS_NOTHING}`;
    return `The network. Most probable: ${model.classes[best]}, ${formatNumber(model.probabilities[best], 3)}.`;
  }
  const layer = model.layers[selection.layer];
  if (selection.map === null) {
    const kind = layer.cells === 1 ? "units" : `maps of ${layer.rows} by ${layer.cols}`;
    return `${layer.name}, ${layer.title}: ${layer.channels} ${kind}.`;
  }
  const { where, value, more } = describe(model, selection);
  return `${where}${value ? ` is ${value}` : ""}${more ? `, ${more}` : ""}.`;
}

/** @param {Model} model  @param {Layer} layer  @param {number} map */
export function mainCaption(model, layer, map) {
  const name =
    layer.isInput && layer.maps === 1 ? model.label : `${nameOf(model, layer)} ${unitName(model, layer, map)}`;
  const bias = biasOf(model, layer, map);
  if (layer.kind !== "conv" || bias === null) return name;
  return `${name} = Σ ${bias < 0 ? "−" : "+"} ${formatNumber(Math.abs(bias), 3)} (bias)`;
}

/** @param {Model} model  @param {Layer} layer  @param {number} map */
function biasOf(model, layer, map) {
  if (layer.bias) return layer.bias[map];
  const { weights } = model;
  return weights?.layer === layer.name && weights.unit === map ? weights.bias : null;
}

/**
 * @param {Model} model  @param {Layer} layer  @param {number} map  @param {Connection[]} inputs
 * @param {[number, number] | null} kernel
 */
export function inputsCaption(model, layer, map, inputs, kernel) {
  const source = model.layers[layer.source ?? layer.index];
  const from = source.isInput ? `the ${model.label}` : source.name;
  if (layer.connect === "same") return `${from}${source.maps > 1 ? ` map ${map}` : ""} → ${layer.title}`;
  const all = inputsOf(model, layer, map).length;
  const count = inputs.length < all ? `${inputs.length} strongest of ${all} maps` : all === 1 ? "" : `${all} maps`;
  const what = count ? `${count} of ${from}` : from;
  return kernel ? `${what} ∗ ${all === 1 ? "kernel" : "kernels"}` : what;
}

/**
 * Above inputs, weights and products of a dense unit: what they are, and the end of their scale.
 * @param {View} state  @param {number} index  @param {UnitRole} role
 */
export function unitCaption(state, index, role) {
  const { layers, weights, label } = state.model;
  const source = layers[index];
  const within = (/** @type {number} */ limit) => `, within ±${formatNumber(limit, 2)}`;
  if (role === "input") return source.isInput ? `the ${label}` : `${source.name}${within(limitOf(state, source))}`;
  if (!weights) return "";
  return role === "weight"
    ? `× weights${within(maxAbs(weights.weight))}`
    : `= products${within(maxAbs(weights.product ?? []))}`;
}

/** @param {Layer} layer */
export function layerLine(layer) {
  const parameters = layer.parameters ? ` · ${countText(layer.parameters)} parameters` : "";
  return `${layer.title} · ${shapeText(layer)}${parameters}`;
}
