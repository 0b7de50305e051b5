// A bar with the least value, zero and the greatest, under each block.

import { css, maxAbs, mix } from "../shared/colour.js";
import { formatNumber } from "../shared/numbers.js";
import { parseColour } from "../shared/theme.js";
import { finiteOnly } from "./decimals.js";
import { isSigned } from "./scales.js";

/** @import { Scale } from "../shared/colour.js" */
/** @import { PlacedBlock } from "./layout.js" */
/** @import { StageState } from "./state.js" */

/** @typedef {{ low: number, high: number, colour: Scale, decimals: number }} Legend */

/** @param {StageState} stage  @returns {Legend} */
function ofInput({ m, data, scales, backward }) {
  if (backward && m.dx) {
    const limit = maxAbs(m.dx);
    return { low: -limit, high: limit, colour: scales.dx, decimals: m.dec.dx };
  }
  const limit = isSigned(data.inputKind) ? maxAbs(finiteOnly(m.x)) : null;
  const [low, high] = limit === null ? [scales.low, scales.high] : [-limit, limit];
  /** @type {Scale} */
  const grey = (v) => mix([0, 0, 0], [255, 255, 255], (v - low) / (high - low));
  return { low, high, colour: data.inputKind === "rgb" ? grey : scales.inputOf(0), decimals: m.dec.x };
}

/** @param {StageState} stage  @returns {Legend} */
function ofOutput({ m, data, scales, backward }) {
  if (backward && m.dz) {
    const limit = maxAbs(m.dz);
    return { low: -limit, high: limit, colour: scales.dz, decimals: m.dec.dz };
  }
  const limit = maxAbs(m.y);
  return { low: isSigned(data.outputKind) ? -limit : 0, high: limit, colour: scales.output, decimals: m.dec.y };
}

/** @param {StageState} stage  @param {PlacedBlock} block  @returns {Legend | null} */
function legendOf(stage, block) {
  const { m, scales } = stage;
  if (block.id === "input") return ofInput(stage);
  if (block.id === "output") return ofOutput(stage);
  if ((block.id !== "kernel" && block.id !== "window") || !m.w) return null;
  const limit = maxAbs(m.w);
  return { low: -limit, high: limit, colour: scales.weight, decimals: m.dec.w };
}

/** @param {CanvasRenderingContext2D} ctx  @param {StageState} stage  @param {PlacedBlock} block */
export function paintLegend(ctx, stage, block) {
  const { layout, theme } = stage;
  const legend = legendOf(stage, block);
  if (!legend || legend.high === legend.low) return;
  const { low, high, colour, decimals } = legend;
  const wide = Math.min(110, Math.max(block.slot - 8, 60));
  const x = block.x + 0.5;
  const y = Math.round(block.y + block.lineHeight) + 8.5;
  for (let t = 0; t < wide; t++) {
    ctx.fillStyle = css(colour(low + ((high - low) * t) / (wide - 1)));
    ctx.fillRect(x + t, y, 1.5, 5);
  }
  ctx.lineWidth = 1;
  ctx.strokeStyle = theme.border;
  ctx.strokeRect(x, y, wide, 5);
  ctx.font = `${layout.size.tick}px ${theme.font}`;
  ctx.fillStyle = css(parseColour(theme.text), 0.75);
  const line = y + 6 + layout.size.tick / 2 + 2;
  const [least, most] = [formatNumber(low, decimals), formatNumber(high, decimals)];
  ctx.textAlign = "left";
  ctx.fillText(least, x, line);
  ctx.textAlign = "right";
  ctx.fillText(most, x + wide, line);
  ctx.textAlign = "center";
  const zero = x + (wide * -low) / (high - low);
  const free = (/** @type {string} */ text) => ctx.measureText(text).width + layout.size.tick * 0.6;
  const clear = zero - x > free(least) && x + wide - zero > free(most);
  if (low < 0 && high > 0 && clear) ctx.fillText("0", zero, line);
}
