// What is pointed at, in words: the sum of one output, and the weight in it.

import { element } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";
import { copiesOf, inputsOf, isThere, outputsOf, placeText } from "./model.js";

/** @import { Model, Place } from "./model.js" */

/** @typedef {{ column: number, weight: number, x: number }} Term */

/** More products than these are not written out. */
const MOST_TERMS = 9;

/** As few decimals as the number needs, at most three. @param {number} value */
export function short(value) {
  return formatNumber(value, 3).replace(/\.?0+$/, "");
}

/** @param {number} value */
function bracketed(value) {
  return value < 0 ? `(${short(value)})` : short(value);
}

/** The products of one output's sum. @param {Model} m  @param {number} row  @returns {Term[]} */
function terms(m, row) {
  return inputsOf(m, row).map((column) => ({ column, weight: m.weights[row * m.columns + column], x: m.x[column] }));
}

/**
 * Writes "y[3, 3] = 1·9 + …" into `box`; the term that is pointed at stands out.
 * @param {HTMLElement} box
 * @param {Model} m
 * @param {Place} at
 */
export function writeSum(box, m, at) {
  box.replaceChildren();
  if (at.row < 0) {
    const fed = at.column >= 0 ? outputsOf(m, at.column).length : 0;
    if (fed) box.textContent = `Input ${placeText(at.column, m.xShape)} feeds ${fed} outputs.`;
    return;
  }
  const all = terms(m, at.row);
  const total = all.reduce((sum, term) => sum + term.weight * term.x, 0);
  box.append(`y${placeText(at.row, m.yShape)} = `);
  if (all.length > MOST_TERMS) {
    const own = all.find((term) => term.column === at.column);
    box.append(`the sum of ${all.length} products`);
    if (own) box.append(", ", strong(own), " among them");
    box.append(`: ${short(total)}`);
    return;
  }
  all.forEach((term, i) => {
    const text = term.column === at.column ? strong(term) : product(term);
    box.append(i ? " + " : "", text);
  });
  box.append(` = ${short(total)}`);
}

/** @param {Term} term */
function product(term) {
  return `${bracketed(term.weight)}·${short(term.x)}`;
}

/** @param {Term} term */
function strong(term) {
  return element("b", "", product(term));
}

/** The weight that is pointed at. @param {Model} m @param {Place} at */
export function weightWords(m, at) {
  if (at.row < 0 || at.column < 0) return "";
  const joined = `from input ${placeText(at.column, m.xShape)} to output ${placeText(at.row, m.yShape)}`;
  if (!isThere(m, at.row, at.column)) return `No weight ${joined}: it is 0 and stays 0.`;
  const value = short(m.weights[at.row * m.columns + at.column]);
  const count = copiesOf(m, at).length;
  const copies = m.tied ? `; it stands in ${count} places, and all change together` : "; it stands here only";
  return `Weight ${value} ${joined}${copies}.`;
}
