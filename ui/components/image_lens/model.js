// What Python sent, and the one window under the magnifier worked out from it: every product and
// every sum from the pixels themselves. Output cell (i, j) looks at the window whose first pixel is
// (i·stride − top, j·stride − left).

import { maxAbs } from "../shared/colour.js";
import { decimalsFor } from "../shared/numbers.js";

/** @import { Packed } from "../shared/component.js" */
/** @import { Data, Pixels } from "./image_lens.js" */

/** @typedef {{ rows: number, cols: number, w: Float32Array }} Kernel */
/** @typedef {{ i: number, j: number }} Cell  of the result */
/** @typedef {{ row: number, column: number, outside: boolean }} PlaceInWindow */
/** @typedef {{ products: number[], sum: number }} Part  of a channel: what one kernel makes of it */
/** @typedef {{ c: number, x: number[], parts: Part[] }} Channel */
/** @typedef {ReturnType<typeof windowOf>} Window */
/**
 * @typedef {object} Decimals  of the numbers that are written
 * @property {number} x
 * @property {number} w
 * @property {number} product
 * @property {number} sum
 * @property {number} y
 */
/** @typedef {ReturnType<typeof readLens>} Model */

// Pictures that Python has sent, by their tokens: it sends each only once. They outlive the element,
// so that a page that is opened again has them. They are the page's, as in shared/field.js.
const page = /** @type {{ convscopePictures?: Map<string, Uint8Array | Float32Array> }} */ (globalThis);
const KEPT_PICTURES = (page.convscopePictures ??= new Map());
const MOST_PICTURES = 4;

/**
 * The pixels of `data`; null if this browser never had them.
 * @param {Pixels} pixels  @returns {Uint8Array | Float32Array | null}
 */
export function pixelsOf({ token, data }) {
  if (data) {
    KEPT_PICTURES.delete(token);
    KEPT_PICTURES.set(token, data);
    const [...oldest] = KEPT_PICTURES.keys();
    for (const old of oldest.slice(0, -MOST_PICTURES)) KEPT_PICTURES.delete(old);
  }
  return KEPT_PICTURES.get(token) ?? null;
}

/** @param {Data} data  @param {Uint8Array | Float32Array} x */
export function readLens(data, x) {
  const [C, H, W] = data.size;
  const [P, OH, OW] = data.output;
  const kernels = data.kernels.map(kernelOf);
  const first = data.first && kernelOf(data.first);
  const { rows: kh, cols: kw } = kernels[0];
  return {
    C,
    H,
    W,
    P,
    OH,
    OW,
    x,
    kernels,
    first,
    kh,
    kw,
    taps: kh * kw,
    stride: data.stride,
    top: data.sides[0],
    left: data.sides[2],
    fill: data.fill,
    apart: data.channels === "each",
    combine: data.combine,
    planes: data.planes,
    kind: data.kind,
    limit: data.limit,
    names: C === 3 ? ["R", "G", "B"] : ["grey"],
    decimals: decimalsOf(data, kernels, first),
  };
}

/** @param {Packed} packed  @returns {Kernel} */
function kernelOf({ shape, data }) {
  return { rows: shape[0], cols: shape[1], w: data };
}

/** @param {Data} data  @param {Kernel[]} kernels  @param {Kernel | null} first  @returns {Decimals} */
function decimalsOf(data, kernels, first) {
  const whole = data.pixels.type === "u8" && (!first || decimalsFor(first.w, 1) === 0);
  const most = Math.max(...kernels.map((k) => maxAbs(k.w))) < 0.1 ? 3 : 2;
  const w = Math.max(...kernels.map((k) => decimalsFor(k.w, most)));
  const exact = whole && w === 0;
  const y = exact && data.combine === "one" ? 0 : data.combine === "direction" ? 1 : 2;
  return { x: whole ? 0 : 1, w, product: exact ? 0 : kernels[0].rows > 5 ? 1 : 2, sum: exact ? 0 : 2, y };
}

/**
 * A place outside the picture: where its value is copied from, or −1 for a zero.
 * @param {number} place  @param {number} size  @param {string} fill
 */
function sourceOf(place, size, fill) {
  if (place >= 0 && place < size) return place;
  if (fill === "replicate") return Math.min(size - 1, Math.max(0, place));
  if (fill === "reflect") return size - 1 - Math.abs(size - 1 - Math.abs(place));
  return -1;
}

/** @param {Model} m  @param {number} c  @param {number} row  @param {number} column */
function pixelAt(m, c, row, column) {
  const r = sourceOf(row, m.H, m.fill);
  const q = sourceOf(column, m.W, m.fill);
  return r < 0 || q < 0 ? 0 : m.x[(c * m.H + r) * m.W + q];
}

/**
 * The kernel's input at a place: a pixel, or what the first kernel made of its surroundings.
 * @param {Model} m  @param {number} c  @param {number} row  @param {number} column
 */
export function inputAt(m, c, row, column) {
  if (!m.first) return pixelAt(m, c, row, column);
  const r = sourceOf(row, m.H, m.fill);
  const q = sourceOf(column, m.W, m.fill);
  if (r < 0 || q < 0) return 0;
  const { rows, cols, w } = m.first;
  const up = Math.floor((rows - 1) / 2);
  const back = Math.floor((cols - 1) / 2);
  let total = 0;
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < cols; b++) total += pixelAt(m, c, r + a - up, q + b - back) * w[a * cols + b];
  }
  return total;
}

/** @param {Model} m  @param {number} row  @param {number} column */
export function isOutside(m, row, column) {
  return row < 0 || column < 0 || row >= m.H || column >= m.W;
}

/**
 * The window of one result cell: its places, each channel's products and sums, each kernel's total.
 * @param {Model} m  @param {Cell} cell
 */
export function windowOf(m, { i, j }) {
  const row0 = i * m.stride - m.top;
  const column0 = j * m.stride - m.left;
  const places = Array.from({ length: m.taps }, (_, t) => {
    const row = row0 + Math.floor(t / m.kw);
    const column = column0 + (t % m.kw);
    return { row, column, outside: isOutside(m, row, column) };
  });
  const channels = m.names.map((_, c) => {
    const x = places.map((p) => inputAt(m, c, p.row, p.column));
    const parts = m.kernels.map((kernel) => {
      const products = x.map((v, t) => v * kernel.w[t]);
      return { products, sum: products.reduce((a, b) => a + b, 0) };
    });
    return { c, x, parts };
  });
  const totals = m.kernels.map((_, n) => channels.reduce((total, one) => total + one.parts[n].sum, 0));
  return { i, j, row0, column0, places, channels, totals };
}

/** What two answers become together; one answer stays as it is.  @param {Model} m  @param {number[]} answers */
export function combined(m, answers) {
  if (m.combine === "magnitude") return Math.hypot(answers[0], answers[1]);
  if (m.combine === "direction") return (Math.atan2(answers[1], answers[0]) * 180) / Math.PI;
  return answers[0];
}

/**
 * The output cell whose window has this pixel nearest to its middle.
 * @param {Model} m  @param {number} row  @param {number} column  @returns {Cell}
 */
export function cellOver(m, row, column) {
  /** @param {number} place  @param {number} before  @param {number} k  @param {number} count */
  const nearest = (place, before, k, count) =>
    Math.min(count - 1, Math.max(0, Math.round((place + before - (k - 1) / 2) / m.stride)));
  return { i: nearest(row, m.top, m.kh, m.OH), j: nearest(column, m.left, m.kw, m.OW) };
}

/**
 * Where the answer is strongest, away from the rim: a place worth looking at first.
 * @param {Model} m  @returns {Cell}
 */
export function strongest(m) {
  const plane = m.kind === "direction" ? m.planes.subarray(m.OH * m.OW) : m.planes;
  const rest = m.kind === "signed" ? 128 : 0;
  const rim = Math.floor(Math.min(m.OH, m.OW) / 8);
  let best = 0;
  let at = { i: Math.floor(m.OH / 2), j: Math.floor(m.OW / 2) };
  if (m.kind === "clipped") return at;
  for (let i = rim; i < m.OH - rim; i++) {
    for (let j = rim; j < m.OW - rim; j++) {
      const strength = Math.abs(plane[i * m.OW + j] - rest);
      if (strength > best) {
        best = strength;
        at = { i, j };
      }
    }
  }
  return at;
}
