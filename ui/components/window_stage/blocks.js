// Blocks: how wide their numbers are, how large they come out, which there are.

import { contextOf } from "../shared/canvas.js";
import { maxAbs } from "../shared/colour.js";
import { element } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";

/** @import { StageData } from "./window_stage.js" */
/** @import { Model } from "./model.js" */
/** @import { Options } from "./layout.js" */

/** @typedef {"input" | "kernel" | "turned" | "window" | "partial" | "output" | "compare"} BlockId */
/** @typedef {BlockId | "thumb" | "outthumb"} PanelId */
/**
 * @typedef {object} Panel  one map: rows × cols cells of cw × ch pixels
 * @property {PanelId} id
 * @property {number} c  its channel; −1: the one in focus
 * @property {number} rows
 * @property {number} cols
 * @property {number} cw
 * @property {number} ch
 * @property {number} x  in its block, then (placed) on the stage
 * @property {number} y
 * @property {number} label  height of the channel's name above it
 * @property {boolean} [small]  a thumbnail
 * @property {boolean} [hero]  large, of the channel in focus
 * @property {boolean} [composite]  all three channels as one picture
 * @property {boolean} [numbers]  whether they fit; told for a magnified window only
 */
/**
 * @typedef {object} Block  maps that belong together
 * @property {BlockId} id
 * @property {Panel[]} panels
 * @property {number} w
 * @property {number} h
 * @property {number} [shown]  of a magnified window: how many channels
 * @property {boolean} [stacked]  the kernel stands below the window
 */
/** @typedef {{ id: BlockId, count: number, rows: number, cols: number, named: boolean }} Shape  of a block: count maps */
/** @typedef {"x" | "w" | "p" | "y"} Field  which numbers */
/** @typedef {{ w: number, h: number }} Extent */
/** @typedef {{ digit: number, dot: number, sign: number, other: number }} Figures  their widths, in font sizes */

/** Measured once for each font.  @type {Map<string, Figures>} */
const FIGURES = new Map();

/** @param {string} font  @returns {Figures} */
function figureWidths(font) {
  const known = FIGURES.get(font);
  if (known) return known;
  const ctx = contextOf(element("canvas"));
  ctx.font = `100px ${font}`;
  const width = (/** @type {string} */ text) => ctx.measureText(text).width / 100;
  const digit = Math.max(width("0"), width("8"));
  const figures = { digit, dot: width("."), sign: width("−"), other: width("∞") };
  FIGURES.set(font, figures);
  return figures;
}

/** @param {string} text  @param {string} font */
function textWidth(text, font) {
  const w = figureWidths(font);
  let total = 0;
  for (const c of text) total += c === "." ? w.dot : c === "−" ? w.sign : c >= "0" && c <= "9" ? w.digit : w.other;
  return total;
}

/**
 * With fixed decimals the widest number is the least or the greatest one.
 * @param {ArrayLike<number> & Iterable<number>} values  @param {number} decimals  @param {string} font
 */
export function widestNumber(values, decimals, font) {
  let low = 0;
  let high = 0;
  let infinite = false;
  for (const v of values) {
    if (!Number.isFinite(v)) infinite = true;
    else if (v < low) low = v;
    else if (v > high) high = v;
  }
  const texts = [formatNumber(low, decimals), formatNumber(high, decimals), infinite ? "−∞" : ""];
  return Math.max(...texts.map((text) => textWidth(text, font)));
}

/**
 * Where room is short numbers lose decimals, but of small weights one would leave nothing to tell
 * them apart by: −0.19 and −0.22 are both −0.2.
 * @param {Model} m  @param {number} most
 */
export function weightDecimals(m, most) {
  return Math.min(m.w && maxAbs(m.w) < 0.5 ? Math.max(most, 2) : most, m.dec.w);
}

/** The widest number among the maps named by `fields`, in font sizes.  @param {Options} o  @param {Field[]} fields */
export function widestIn(o, fields) {
  const { m, font } = o;
  const most = o.most;
  const widths = [0.5];
  /** @param {Float32Array | null} values  @param {number} decimals */
  const add = (values, decimals) => values && widths.push(widestNumber(values, Math.min(most, decimals), font));
  if (fields.includes("x")) add(m.x, m.dec.x);
  if (fields.includes("w") && m.w) widths.push(widestNumber(m.w, weightDecimals(m, most), font));
  if (fields.includes("y")) {
    add(m.y, m.dec.y);
    if (m.compare) add(m.compare.y, m.dec.y);
  }
  if (fields.includes("x")) add(m.dx, m.dec.dx);
  if (fields.includes("y")) add(m.dz, m.dec.dz);
  if (fields.includes("p")) add(m.partial, m.dec.y);
  return Math.max(...widths);
}

/** @param {Options} o  @param {Field[]} fields  @returns {Extent} */
export function needFor(o, fields) {
  const size = o.size.number;
  return { w: Math.ceil(widestIn(o, fields) * size + 6), h: size + 8 };
}

/** The least width of a block: its title has to stand above it.  @param {Options} o */
export function slotWidth(o) {
  return o.data.compact ? 0 : o.narrow ? 84 : 104;
}

/** @param {number} count  @param {number} across */
export function gridOf(count, across) {
  return { across, down: Math.ceil(count / across) };
}

/**
 * One block: `count` panels of rows × cols cells, `across` of them side by side, their lines
 * `pitch` apart where several blocks share them.
 * @param {BlockId} id  @param {number} count  @param {number} across  @param {number} rows  @param {number} cols
 * @param {Extent} cell  @param {Options} o  @returns {Block}
 */
export function makeBlock(id, count, across, rows, cols, cell, o, named = false, pitch = 0) {
  const gap = 12;
  const label = (named || pitch) && count > 1 ? o.size.tick + 6 : 0;
  const { down } = gridOf(count, across);
  /** @type {Panel[]} */
  const panels = [];
  for (let c = 0; c < count; c++) {
    panels.push({
      id,
      c,
      rows,
      cols,
      cw: cell.w,
      ch: cell.h,
      label,
      x: (c % across) * (cols * cell.w + gap),
      y: Math.floor(c / across) * (pitch || rows * cell.h + gap + label) + label,
    });
  }
  return {
    id,
    panels,
    w: across * cols * cell.w + (across - 1) * gap,
    h: pitch ? (down - 1) * pitch + label + rows * cell.h : down * (rows * cell.h + label) + (down - 1) * gap,
  };
}

/** @param {Model} m  @param {StageData} data  @returns {Shape[]} */
export function blockShapes(m, data) {
  /** @type {Shape[]} */
  const shapes = [{ id: "input", count: m.C, rows: m.Hp, cols: m.Wp, named: true }];
  if (m.kind === "conv") shapes.push({ id: "kernel", count: m.C, rows: m.kh, cols: m.kw, named: false });
  if (data.showPartials && m.partial) {
    shapes.push({ id: "partial", count: m.C, rows: m.OH, cols: m.OW, named: true });
  }
  shapes.push({ id: "output", count: m.K, rows: m.OH, cols: m.OW, named: true });
  if (m.compare) {
    if (m.compare.w && m.C === 1) shapes.push({ id: "turned", count: 1, rows: m.kh, cols: m.kw, named: false });
    shapes.push({ id: "compare", count: 1, rows: m.OH, cols: m.OW, named: false });
  }
  return shapes;
}
