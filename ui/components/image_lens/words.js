// Where the window is, and what comes of it, in words.

import { formatNumber } from "../shared/numbers.js";
import { combined } from "./model.js";

/** @import { Model, Window } from "./model.js" */

const FILLS = { zeros: "zeros", reflect: "mirrored pixels", replicate: "the edge repeated" };

/** "rows −1 to 3", or "row 2" of one alone.  @param {string} name  @param {number} first  @param {number} count */
function span(name, first, count) {
  return count > 1 ? `${name}s ${formatNumber(first, 0)} to ${first + count - 1}` : `${name} ${first}`;
}

/** @param {Model} m  @param {Window} win */
export function whereWords(m, win) {
  const place = `${span("row", win.row0, m.kh)}, ${span("column", win.column0, m.kw)}`;
  const outside = win.places.filter((p) => p.outside).length;
  const fill = outside ? `; ${outside} of them padding: ${FILLS[m.fill]}` : "";
  const after = m.first ? ", after the first kernel" : "";
  return `window: ${place}${after}${fill} → result row ${win.i}, column ${win.j}`;
}

/** @param {boolean} pinned  @param {boolean} fixed  a task holds it */
export function hintWords(pinned, fixed) {
  if (fixed) return pinned ? "pinned for the task" : "";
  if (window.matchMedia("(pointer: coarse)").matches) return pinned ? "pinned: tap it again to let go" : "tap to pin";
  return pinned ? "pinned: Escape or a click on it lets go" : "click to pin, arrow keys move";
}

/** For screen readers: the present cell and its sum.  @param {Model} m  @param {Window} win */
export function lensWords(m, win) {
  const number = (/** @type {number[]} */ sums) => formatNumber(combined(m, sums), m.decimals.y);
  const head = `Result row ${win.i}, column ${win.j}`;
  if (m.C !== 3) return `${head}: ${number(win.totals)}.`;
  const parts = win.channels.map((one) => `${m.names[one.c]} ${number(one.parts.map((p) => p.sum))}`);
  return `${head}: ${parts.join(", ")}${m.apart ? "" : `, together ${number(win.totals)}`}.`;
}
