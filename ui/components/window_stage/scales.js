// The colours of each kind of map.

import { colourScale, maxAbs, mix } from "../shared/colour.js";
import { parseColour } from "../shared/theme.js";
import { finiteOnly } from "./decimals.js";

/** @import { Rgb, Scale } from "../shared/colour.js" */
/** @import { Theme } from "../shared/theme.js" */
/** @import { Model } from "./model.js" */
/** @import { StageData } from "./window_stage.js" */

/**
 * @typedef {object} Scales
 * @property {Scale} weight
 * @property {Scale} output
 * @property {Scale} partial
 * @property {Scale} dz
 * @property {Scale} dx
 * @property {number} low  the input's least number, at most 0
 * @property {number} high
 * @property {(c: number) => Scale} inputOf  by channel
 */

/** Whether colours of that kind tell signs apart, around a neutral 0.
 * @param {string} kind  @returns {kind is "activation" | "gradient"} */
export function isSigned(kind) {
  return kind === "activation" || kind === "gradient";
}

/** Red, green, blue at their strongest.  @type {Rgb[]} */
const ENDS = [
  [255, 60, 50],
  [60, 215, 80],
  [70, 120, 255],
];

/** From black to a colour.  @param {number} low  @param {number} high  @param {Rgb} end  @returns {Scale} */
function ramp(low, high, end) {
  return (v) => mix([0, 0, 0], end, Math.max(0, Math.min(1, (v - low) / (high - low))));
}

/** One a channel, or one for all.  @param {Float32Array} inside  @param {StageData} data
 * @param {Theme} theme  @param {number} low  @param {number} high  @returns {Scale[]} */
function inputScales(inside, data, theme, low, high) {
  if (data.inputKind === "rgb") return ENDS.map((end) => ramp(low, high, end));
  if (data.inputKind === "photo") return [ramp(low, high, [255, 255, 255])];
  if (isSigned(data.inputKind)) return [colourScale(data.inputKind, theme.name, maxAbs(inside))];
  return [colourScale("grey", theme.name, high, low)];
}

/** @param {Model} m  @param {StageData} data  @param {Theme} theme  @returns {Scales} */
export function makeScales(m, data, theme) {
  const inside = finiteOnly(m.x);
  let low = 0;
  let high = 0;
  for (const v of inside) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  if (high === low) high = low + 1;
  const input = inputScales(inside, data, theme, low, high);
  const around = parseColour(theme.surface);
  const largest = (/** @type {Float32Array | null} */ values) => (values ? maxAbs(values) : 1);
  return {
    weight: colourScale(data.kernelKind, theme.name, largest(m.w)),
    output: outputScale(m, data, theme),
    partial: colourScale("activation", theme.name, largest(m.partial)),
    dz: colourScale("gradient", theme.name, largest(m.dz)),
    dx: colourScale("gradient", theme.name, largest(m.dx)),
    low,
    high,
    inputOf: (c) => (v) => (Number.isFinite(v) ? input[c % input.length](v) : around),
  };
}

/** @param {Model} m  @param {StageData} data  @param {Theme} theme  @returns {Scale} */
function outputScale(m, data, theme) {
  const limit = m.compare ? Math.max(maxAbs(m.y), maxAbs(m.compare.y)) : maxAbs(m.y);
  if (data.outputKind === "grey") {
    let low = 0;
    for (const v of m.y) low = Math.min(low, v);
    return colourScale("grey", theme.name, limit, low);
  }
  if (data.outputKind === "photo") return ramp(0, limit || 1, [255, 255, 255]);
  return colourScale(data.outputKind, theme.name, limit);
}
