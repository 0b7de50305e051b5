// What lies over the ink: the steps of the preparation, the receptive field, the pen's place.

import { css } from "../shared/colour.js";
import { PALETTE } from "../shared/palette.js";
import { parseColour } from "../shared/theme.js";

/** @import { Area } from "../shared/field.js" */
/** @import { Theme } from "../shared/theme.js" */
/** @import { Fit } from "./draw_pad.js" */

/** @typedef {CanvasRenderingContext2D} Context */
/**
 * @typedef {object} Look
 * @property {Theme} theme
 * @property {number} k  screen pixels per pixel of the ink
 * @property {number} width  of thin lines
 */

/**
 * A thin line that stays readable on ink and on paper: the paper's colour around it.
 * @param {Context} context  @param {Look} look  @param {number} width  @param {() => void} draw
 */
function haloed(context, { theme }, width, draw) {
  context.lineCap = "butt";
  context.lineWidth = width + 2;
  context.strokeStyle = css(parseColour(PALETTE.grey[theme.name][0]), 0.8);
  draw();
  context.lineWidth = width;
  context.strokeStyle = theme.text;
  draw();
}

/**
 * The box around the ink, the centre of mass, and how far it is moved.
 * @param {Context} context  @param {Fit} fit  @param {Look} look
 */
export function markFit(context, { box, centre, shift, scale }, look) {
  if (!box || !centre || !shift || !scale) return;
  const { theme, k, width } = look;
  const [top, left, bottom, right] = box.map((v) => v * k);
  context.setLineDash([5, 4]);
  context.lineWidth = width;
  context.strokeStyle = theme.text;
  context.strokeRect(left - 2, top - 2, right - left + 4, bottom - top + 4);
  context.setLineDash([]);

  const [row, column] = centre.map((v) => v * k);
  markCentre(context, row, column, look);
  const [down, across] = shift.map((v) => (v / scale) * k);
  markShift(context, [column, row], [across, down], look);
}

/**
 * A ring with four hairs.
 * @param {Context} context  @param {number} row  @param {number} column  @param {Look} look
 */
function markCentre(context, row, column, look) {
  const { width } = look;
  haloed(context, look, 1.5 * width, () => {
    context.beginPath();
    context.arc(column, row, 3 * width, 0, 2 * Math.PI);
    for (const [x, y] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      context.moveTo(column + 3 * width * x, row + 3 * width * y);
      context.lineTo(column + 8 * width * x, row + 8 * width * y);
    }
    context.stroke();
  });
}

/**
 * An arrow from the centre.
 * @param {Context} context  @param {[number, number]} from  @param {[number, number]} by  @param {Look} look
 */
function markShift(context, [column, row], [across, down], look) {
  const { width } = look;
  const length = Math.hypot(down, across);
  if (length < 1) return;
  // The arrow leaves from the rim of the mark, so that a short one is not buried in it.
  const angle = Math.atan2(down, across);
  const rim = 10 * width;
  const [x0, y0] = [column + rim * Math.cos(angle), row + rim * Math.sin(angle)];
  const [x, y] = [x0 + across, y0 + down];
  const head = Math.min(6 * width, length);
  haloed(context, look, 1.8 * width, () => {
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x, y);
    for (const turn of [2.6, -2.6]) {
      context.moveTo(x, y);
      context.lineTo(x + head * Math.cos(angle + turn), y + head * Math.sin(angle + turn));
    }
    context.stroke();
  });
}

/**
 * The part of the drawing that a unit of the network sees. `area` is in pixels of the network's
 * image; `frame` is where that image lies on the paper.
 * @param {Context} context  @param {NonNullable<Area>} area  @param {Fit} fit  @param {Look} look
 */
export function markField(context, area, { frame, side }, { theme, k, width }) {
  const [top, left, bottom, right] = frame;
  const row = (/** @type {number} */ v) => (top + (v / side) * (bottom - top)) * k;
  const column = (/** @type {number} */ v) => (left + (v / side) * (right - left)) * k;
  const [row0, row1, column0, column1] = area;
  context.lineWidth = 2 * width;
  context.strokeStyle = theme.accent;
  context.fillStyle = css(parseColour(theme.accent), 0.1);
  const [x, y] = [column(column0), row(row0)];
  const [w, h] = [column(column1) - x, row(row1) - y];
  context.fillRect(x, y, w, h);
  context.strokeRect(x, y, w, h);
}

/**
 * Where the pen is: a ring as wide as its line, filled while it is down.
 * @param {Context} context  @param {[number, number]} place  @param {number} radius  @param {boolean | null} down
 * @param {Look} look
 */
export function markPen(context, place, radius, down, { theme, k, width }) {
  context.lineWidth = 1.5 * width;
  context.strokeStyle = theme.accent;
  context.beginPath();
  context.arc(place[0] * k, place[1] * k, Math.max(3, radius * k), 0, 2 * Math.PI);
  context.stroke();
  if (down === null) return;
  context.beginPath();
  context.arc(place[0] * k, place[1] * k, down ? 4 : 2, 0, 2 * Math.PI);
  context.fillStyle = theme.accent;
  context.fill();
}
