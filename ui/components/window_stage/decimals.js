// How many decimals each picture and the sum are written with.

import { maxAbs } from "../shared/colour.js";
import { decimalsFor } from "../shared/numbers.js";

/** @import { Arrays, StageKind } from "./model.js" */

/**
 * @typedef {object} Decimals
 * @property {{ x: number, w: number, y: number, dz: number, dx: number }} dec  of the pictures
 * @property {boolean} rounded  what the sum shows is not exact
 * @property {number} sumDecimals
 * @property {number} termDecimals  of what is added up
 * @property {{ x: number, w: number }} tileDecimals  of the factors
 */
/** @typedef {{ kind: StageKind, bias: number } & Arrays} Given */

/**
 * Of the pictures: at most 2, but of small weights three figures.
 * @param {Given} m  @param {Float32Array} inside  @param {number | null} exactWeights
 */
function ofPictures(m, inside, exactWeights) {
  const plain = m.w ? decimalsFor(m.w, 2) : 0;
  const small = m.w && plain === 2 && exactWeights === null;
  return {
    x: decimalsFor(inside, 2),
    w: small ? Math.min(3, Math.max(2, significant(m.w))) : plain,
    y: decimalsFor(m.y, 2),
    dz: significant(m.dz),
    dx: significant(m.dx),
  };
}

/** Of each picture, and of the sum: exact where that is possible.  @param {Given} m  @returns {Decimals} */
export function countDecimals(m) {
  const inside = finiteOnly(m.x);
  const x = exactDecimals(inside);
  const w = m.w ? exactDecimals(m.w) : 0;
  // A quotient may have more decimals than its terms.
  const rest = exactDecimals(m.kind === "avg" ? m.z : [m.bias]);
  const products = x === null || w === null ? null : x + w;
  const exact = products === null || products > 4 || rest === null ? null : Math.max(products, rest);
  const sumDecimals = exact ?? enoughFor(maxAbs(inside) * (m.w ? maxAbs(m.w) : 1));
  const factor = Math.max(2, Math.min(4, sumDecimals));
  return {
    dec: ofPictures(m, inside, w),
    rounded: exact === null,
    sumDecimals,
    // A pooling adds up the input's own numbers; only its quotient may need more decimals.
    termDecimals: m.kind === "conv" ? sumDecimals : (x ?? sumDecimals),
    tileDecimals: { x: x ?? factor, w: w ?? factor },
  };
}

/** Decimals of a sum whose largest product is that.  @param {number} product */
function enoughFor(product) {
  return Math.max(2, Math.min(6, 2 - Math.floor(Math.log10(Math.max(product, 1e-12)))));
}

/** @param {Float32Array} values */
export function finiteOnly(values) {
  return values.filter((v) => Number.isFinite(v));
}

/** Decimals that show every value exactly, or null if four are not enough.  @param {Iterable<number>} values */
function exactDecimals(values) {
  const all = Array.from(values);
  for (let d = 0; d <= 4; d++) {
    const scale = 10 ** d;
    // float32 carries seven digits; what differs beyond them was the same number before.
    const exact = (/** @type {number} */ v) =>
      !(Math.abs(v * scale - Math.round(v * scale)) > 2e-6 * Math.max(1, Math.abs(v * scale)));
    if (all.every(exact)) return d;
  }
  return null;
}

/** Decimals that leave three figures of the largest value; none for whole numbers.  @param {Float32Array | null} values */
function significant(values) {
  if (!values) return 0;
  const exact = decimalsFor(values, 2);
  if (exact < 2) return exact;
  const top = maxAbs(values);
  return top > 0 ? Math.max(2, Math.min(5, 1 - Math.floor(Math.log10(top)))) : 0;
}
