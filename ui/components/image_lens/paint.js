// The still pictures with their legend, and over them the windows and the magnifier.

import { css } from "../shared/colour.js";
import { hatch } from "../shared/hatch.js";
import { formatNumber } from "../shared/numbers.js";
import { LENS_SIZE, loupeIn } from "./layout.js";
import { inputAt, isOutside } from "./model.js";
import { signedColours, wheelColours } from "./picture.js";

/** @import { Rgb } from "../shared/colour.js" */
/** @import { Box } from "../shared/hatch.js" */
/** @import { Theme } from "../shared/theme.js" */
/** @import { Lens } from "./image_lens.js" */
/** @import { Panel } from "./layout.js" */
/** @import { Model, Window } from "./model.js" */

/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {(a: number, b: number) => Rgb | null} ColourAt  null: there is nothing */
/** @typedef {{ row: number, column: number, rows: number, cols: number }} Here  the window's cells in the magnifier */

/** @param {Context} ctx  @param {Lens} lens */
export function paintPictures(ctx, lens) {
  const { layout, pictures, m } = lens;
  ctx.clearRect(0, 0, layout.width, layout.height);
  for (const name of /** @type {const} */ (["input", "output"])) {
    const panel = layout[name];
    ctx.imageSmoothingEnabled = Math.max(panel.sx, panel.sy) < 2.5;
    ctx.imageSmoothingQuality = "high";
    ctx.drawImage(pictures[name], panel.x, panel.y, panel.w, panel.h);
    ctx.strokeStyle = lens.theme.border;
    ctx.lineWidth = 1;
    ctx.strokeRect(panel.x + 0.5, panel.y + 0.5, panel.w - 1, panel.h - 1);
  }
  paintLegend(ctx, lens, m);
}

/** @param {Model} m  @param {Theme} theme  @returns {Rgb[]} */
function legendSteps(m, theme) {
  if (m.kind === "direction") return [...wheelColours(theme).slice(128), ...wheelColours(theme).slice(0, 128)];
  if (m.P === 1 && m.kind === "signed") return signedColours(theme).slice(1);
  return Array.from({ length: 256 }, (_, b) => /** @type {Rgb} */ ([b, b, b]));
}

/** @param {Model} m */
function legendMarks(m) {
  if (m.limit === 0) return ["", "0", ""];
  const d = m.limit >= 10 ? 0 : 2;
  const top = formatNumber(m.limit, d);
  if (m.kind === "direction") return ["−180°", "−90°", "0°", "90°", "180°"];
  if (m.kind === "signed") return [`≤ −${top}`, "0", `≥ ${top}`];
  return m.kind === "clipped" ? ["≤ 0", "≥ 255"] : ["0", `≥ ${top}`];
}

/** @param {Context} ctx  @param {Lens} lens  @param {Model} m */
function paintLegend(ctx, lens, m) {
  const { layout, theme } = lens;
  const { size } = layout;
  const width = Math.min(layout.across, 300);
  const x = layout.output.left;
  const y = layout.legendY + 9;
  const steps = legendSteps(m, theme);
  for (let k = 0; k < width; k++) {
    ctx.fillStyle = css(steps[Math.floor((k / width) * steps.length)]);
    ctx.fillRect(x + k, y, 1.2, 7);
  }
  ctx.fillStyle = theme.text;
  ctx.font = `${size.small}px ${theme.font}`;
  ctx.textBaseline = "alphabetic"; // where "top" is, browsers do not agree
  const marks = legendMarks(m);
  marks.forEach((mark, n) => {
    const at = n / (marks.length - 1);
    ctx.textAlign = at === 0 ? "left" : at === 1 ? "right" : "center";
    ctx.fillText(mark, x + at * width, y + 10 + size.small * 0.8);
  });
}

/** @param {Context} ctx  @param {Lens} lens  @param {Window} win */
export function paintLens(ctx, lens, win) {
  const { layout, m, theme } = lens;
  ctx.clearRect(0, 0, layout.width, layout.height);
  const bold = layout.size === LENS_SIZE.projector ? 3 : 2;
  const inBox = boxIn(layout.input, win.row0, win.column0, m.kh, m.kw);
  const outBox = boxIn(layout.output, win.i, win.j, 1, 1);
  const cells = Math.max(m.kh, m.kw) + (m.kh > 5 ? 6 : 8);
  const odd = cells + (1 - (cells % 2));
  const middle = { row: win.row0 + (m.kh - 1) / 2, column: win.column0 + (m.kw - 1) / 2 };
  const inLoupe = loupeIn(layout.input, layout, odd, middle.column);
  const outLoupe = loupeIn(layout.output, layout, odd, win.j);
  // An even kernel has its middle between pixels: the magnifier then starts half a pixel earlier.
  const r0 = Math.floor(middle.row) - (odd - 1) / 2;
  const q0 = Math.floor(middle.column) - (odd - 1) / 2;
  paintLoupe(ctx, lens, inLoupe, odd, (a, b) => inputColourAt(lens, r0 + a, q0 + b), inBox, {
    row: win.row0 - r0,
    column: win.column0 - q0,
    rows: m.kh,
    cols: m.kw,
  });
  const i0 = win.i - (odd - 1) / 2;
  const j0 = win.j - (odd - 1) / 2;
  paintLoupe(ctx, lens, outLoupe, odd, (a, b) => outputColourAt(lens, i0 + a, j0 + b), outBox, {
    row: win.i - i0,
    column: win.j - j0,
    rows: 1,
    cols: 1,
  });
  for (const box of [inBox, outBox]) frameBox(ctx, box, theme, bold);
}

/**
 * A frame that can be found even where a cell is smaller than a pixel.
 * @param {Panel} panel  @param {number} row  @param {number} column  @param {number} rows  @param {number} cols
 * @returns {Box}
 */
function boxIn(panel, row, column, rows, cols) {
  const w = Math.max(cols * panel.sx, 7);
  const h = Math.max(rows * panel.sy, 7);
  /** @param {number} at  @param {number} side  @param {number} low  @param {number} high */
  const within = (at, side, low, high) =>
    side + 4 > high - low ? at : Math.max(low + 2, Math.min(high - side - 2, at));
  return {
    x: within(panel.x + (column + cols / 2) * panel.sx - w / 2, w, panel.x, panel.x + panel.w),
    y: within(panel.y + (row + rows / 2) * panel.sy - h / 2, h, panel.y, panel.y + panel.h),
    w,
    h,
  };
}

/** @param {Context} ctx  @param {Box} box  @param {Theme} theme  @param {number} bold */
function frameBox(ctx, box, theme, bold) {
  ctx.strokeStyle = theme.surface;
  ctx.lineWidth = bold + 2;
  ctx.strokeRect(box.x - 1, box.y - 1, box.w + 2, box.h + 2);
  ctx.strokeStyle = theme.accent;
  ctx.lineWidth = bold;
  ctx.strokeRect(box.x - 1, box.y - 1, box.w + 2, box.h + 2);
}

/**
 * @param {Context} ctx  @param {Lens} lens  @param {ReturnType<typeof loupeIn>} loupe  @param {number} cells
 * @param {ColourAt} colourAt  @param {Box} box  @param {Here} here
 */
function paintLoupe(ctx, lens, loupe, cells, colourAt, box, here) {
  const { theme } = lens;
  const { x, y, side, cell } = loupe;
  const near = box.x + box.w / 2 < x + side / 2 ? x : x + side; // the side that faces the window
  ctx.strokeStyle = theme.accent;
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (const [from, to] of [
    [box.y, y],
    [box.y + box.h, y + side],
  ]) {
    ctx.moveTo(near === x ? box.x + box.w : box.x, from);
    ctx.lineTo(near, to);
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.fillStyle = theme.surface;
  ctx.fillRect(x - 3, y - 3, side + 6, side + 6);
  for (let a = 0; a < cells; a++) {
    for (let b = 0; b < cells; b++) {
      const colour = colourAt(a, b);
      if (colour) {
        ctx.fillStyle = css(colour);
        ctx.fillRect(x + b * cell, y + a * cell, cell + 0.4, cell + 0.4);
      } else {
        hatch(
          ctx,
          { x: x + b * cell, y: y + a * cell, w: cell, h: cell },
          { stroke: theme.border, line: 1, step: cell },
        );
      }
    }
  }
  ctx.strokeStyle = theme.text;
  ctx.lineWidth = 1;
  ctx.strokeRect(x - 0.5, y - 0.5, side + 1, side + 1);
  frameBox(
    ctx,
    { x: x + here.column * cell + 1, y: y + here.row * cell + 1, w: here.cols * cell - 2, h: here.rows * cell - 2 },
    theme,
    2.5,
  );
}

/**
 * What the kernel sees: pixels, or what the first kernel made of them.
 * @param {Lens} lens  @param {number} row  @param {number} column  @returns {Rgb | null}
 */
function inputColourAt({ m }, row, column) {
  if (isOutside(m, row, column)) return null;
  const level = (/** @type {number} */ c) => Math.min(255, Math.max(0, inputAt(m, Math.min(c, m.C - 1), row, column)));
  return [level(0), level(1), level(2)];
}

/** @param {Lens} lens  @param {number} row  @param {number} column  @returns {Rgb | null} */
function outputColourAt(lens, row, column) {
  const { m } = lens;
  if (row < 0 || column < 0 || row >= m.OH || column >= m.OW) return null;
  /** @type {Rgb} */
  const out = [0, 0, 0];
  lens.colour(row * m.OW + column, out, 0);
  return out;
}
