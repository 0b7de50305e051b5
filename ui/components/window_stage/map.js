// One map: cells with their numbers, or a picture where they are too small.

import { contextOf } from "../shared/canvas.js";
import { css, inkOn, mix } from "../shared/colour.js";
import { element } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";
import { parseColour } from "../shared/theme.js";

/** @import { Rgb, Scale } from "../shared/colour.js" */
/** @import { Theme } from "../shared/theme.js" */
/** @import { Panel } from "./blocks.js" */
/** @import { Layout } from "./layout.js" */

/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {(r: number, q: number) => number | string | Rgb | null} Value  a number, a text as it is, a colour, or an empty cell */
/** @typedef {{ text: string, border: string, panel: string, surface: string, line: number }} Base  the theme's part of a look */
/**
 * @typedef {object} Own
 * @property {Value} value
 * @property {Scale} [colour]
 * @property {boolean} [numbers]
 * @property {number} [decimals]
 * @property {(r: number, q: number) => boolean} [faint]  padding
 */
/** @typedef {Base & Own} Look */

/** @param {Theme} theme  @param {Layout} layout  @returns {Base} */
export function baseLook(theme, layout) {
  const { text, border, panel, surface } = theme;
  return { text, border, panel, surface, line: layout.size.line };
}

/** @param {Context} ctx  @param {Panel} panel  @param {Look} look */
export function paintMap(ctx, panel, look) {
  const { x, y, rows, cols, cw, ch } = panel;
  if (cw < 14 || rows * cols > 1600) {
    paintPicture(ctx, panel, look);
    return;
  }
  ctx.lineWidth = look.line;
  for (let r = 0; r < rows; r++) {
    for (let q = 0; q < cols; q++) {
      const left = x + q * cw; // a stroke is sharp half a pixel off the grid, a fill is sharp on it
      const top = y + r * ch;
      const faint = look.faint?.(r, q) ?? false;
      paintCell(ctx, look, look.value(r, q), { left, top, cw, ch, faint });
      ctx.strokeStyle = look.border;
      ctx.setLineDash(faint ? [3, 3] : []);
      ctx.strokeRect(left, top, cw, ch);
    }
  }
  ctx.setLineDash([]);
  ctx.strokeStyle = look.border;
  ctx.strokeRect(x, y, cols * cw, rows * ch);
}

/** @param {Context} ctx  @param {Look} look  @param {ReturnType<Value>} value
 * @param {{ left: number, top: number, cw: number, ch: number, faint: boolean }} place */
function paintCell(ctx, look, value, { left, top, cw, ch, faint }) {
  const middle = [left + cw / 2, top + ch / 2 + 0.5];
  if (typeof value === "number" && look.colour) {
    const colour = look.colour(value);
    ctx.globalAlpha = faint ? 0.45 : 1;
    ctx.fillStyle = css(colour);
    ctx.fillRect(left - 0.5, top - 0.5, cw, ch);
    if (look.numbers) {
      ctx.fillStyle = faint ? look.text : inkOn(colour);
      ctx.globalAlpha = faint ? 0.75 : 1;
      ctx.fillText(formatNumber(value, look.decimals ?? 0), middle[0], middle[1]);
    }
    ctx.globalAlpha = 1;
  } else if (typeof value === "string") {
    ctx.fillStyle = look.panel;
    ctx.fillRect(left - 0.5, top - 0.5, cw, ch);
    ctx.fillStyle = look.text;
    ctx.fillText(value, middle[0], middle[1]);
  }
}

/** What a picture shows of a cell; null for nothing.  @param {Look} look  @param {ReturnType<Value>} value  @returns {Rgb | null} */
function pixelOf(look, value) {
  if (value === null || Array.isArray(value)) return value;
  return typeof value === "number" && look.colour ? look.colour(value) : parseColour(look.panel);
}

/** @param {Context} ctx  @param {Panel} panel  @param {Look} look */
export function paintPicture(ctx, panel, look) {
  const { x, y, rows, cols, cw, ch } = panel;
  const small = element("canvas");
  small.width = cols;
  small.height = rows;
  const inner = contextOf(small);
  const pixels = inner.createImageData(cols, rows);
  const surface = parseColour(look.surface);
  for (let r = 0; r < rows; r++) {
    for (let q = 0; q < cols; q++) {
      const own = pixelOf(look, look.value(r, q));
      if (!own) continue;
      const colour = look.faint?.(r, q) ? mix(surface, own, 0.5) : own;
      pixels.data.set([...colour, 255], (r * cols + q) * 4);
    }
  }
  inner.putImageData(pixels, 0, 0);
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(small, x - 0.5, y - 0.5, cols * cw, rows * ch);
  ctx.strokeStyle = look.border;
  ctx.lineWidth = look.line;
  ctx.strokeRect(x, y, cols * cw, rows * ch);
}
