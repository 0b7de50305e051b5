// The model: what Python sent, and where windows fall. No drawing here.
//
// Cells: an output cell is {k, i, j}; a padded input cell is {c, r, q} (row r and column q count
// from the padding's corner); a kernel cell is {c, a, b}. Names shown to people count from the
// input's own corner, as x[row, column] in NumPy.

import { countDecimals } from "./decimals.js";

/** @import { Packed } from "../shared/component.js" */
/** @import { Decimals } from "./decimals.js" */

/** @typedef {"conv" | "max" | "avg" | "sum"} StageKind */
/** @typedef {"relu" | "leaky_relu" | "sigmoid" | "tanh" | "gelu"} Activation */
/** @typedef {"zeros" | "reflect" | "replicate" | "circular" | number} Fill  what padding holds */
/** @typedef {[number, number]} Pair  down, across */
/** @typedef {[number, number, number]} Size  channels, rows, columns */
/**
 * What Python works out, and its geometry (window_stage.py).
 * @typedef {object} Numbers
 * @property {StageKind} kind
 * @property {Size} size
 * @property {Pair} kernel
 * @property {Pair} stride
 * @property {Pair} dilation
 * @property {[number, number, number, number]} sides  padding: top, bottom, left, right
 * @property {Fill} fill
 * @property {Pair} dropped  rows and columns that no window reaches
 * @property {Size} output
 * @property {number} bias
 * @property {Activation | null} activation
 * @property {Packed} padded
 * @property {Packed | null} weight
 * @property {Packed | null} partial  each channel's sums
 * @property {Packed} z  before the activation
 * @property {Packed} y
 * @property {Packed | null} divisor  of an average, one an output
 * @property {Packed | null} dz  gradient at the output
 * @property {Packed | null} dx  at the input
 * @property {string[]} channelNames
 * @property {number[]} hidden  flat outputs that are to be guessed
 * @property {{ title: string, weight: Packed | null, y: Packed } | null} compare
 */
/** @typedef {{ k: number, i: number, j: number }} Cell  of the output */
/** @typedef {{ i: number, j: number, a: number, b: number }} Reader  an output, and the kernel cell that reads for it */
/**
 * @typedef {object} Tap  a product of the sum
 * @property {number} a  its row of the kernel
 * @property {number} b
 * @property {number} r  its row of the padded input
 * @property {number} q
 * @property {number} x
 * @property {number} w
 * @property {number} product  of a pooling: the input itself
 * @property {boolean} padding
 */
/** @typedef {{ c: number, taps: Tap[], sum: number, rounding: number }} ChannelSum */
/** @typedef {ReturnType<typeof sumOf>} Sum */
/** @typedef {ReturnType<typeof geometryOf> & Arrays & Decimals} Model */
/**
 * @typedef {object} Arrays
 * @property {Float32Array} x  padded
 * @property {Float32Array | null} w
 * @property {Float32Array | null} partial
 * @property {Float32Array} z
 * @property {Float32Array} y
 * @property {Float32Array | null} divisor
 * @property {Float32Array | null} dz
 * @property {Float32Array | null} dx
 * @property {{ title: string, y: Float32Array, w: Float32Array | null } | null} compare
 * @property {boolean} dirty  an edit that Python has not answered yet is in them
 */

/** @param {Numbers} data */
function geometryOf(data) {
  const [C, H, W] = data.size;
  const [K, OH, OW] = data.output;
  const [kh, kw] = data.kernel;
  const [sh, sw] = data.stride;
  const [dh, dw] = data.dilation;
  const [top, bottom, left, right] = data.sides;
  return {
    kind: data.kind,
    C,
    H,
    W,
    K,
    OH,
    OW,
    kh,
    kw,
    sh,
    sw,
    dh,
    dw,
    top,
    bottom,
    left,
    right,
    Hp: H + top + bottom,
    Wp: W + left + right,
    spanH: dh * (kh - 1) + 1,
    spanW: dw * (kw - 1) + 1,
    N: OH * OW,
    taps: kh * kw,
    fill: data.fill,
    dropped: data.dropped,
    bias: data.bias,
    activation: data.activation,
    names: data.channelNames,
    hidden: new Set(data.hidden),
  };
}

/** @param {Numbers} data  @returns {Arrays} */
function arraysOf(data) {
  const array = (/** @type {Packed | null | undefined} */ packed) => packed?.data ?? null;
  const { compare } = data;
  return {
    x: data.padded.data,
    w: array(data.weight),
    partial: array(data.partial),
    z: data.z.data,
    y: data.y.data,
    divisor: array(data.divisor),
    dz: array(data.dz),
    dx: array(data.dx),
    compare: compare && { title: compare.title, y: compare.y.data, w: array(compare.weight) },
    dirty: false,
  };
}

/** @param {Numbers} data  @returns {Model} */
export function readModel(data) {
  const given = { ...geometryOf(data), ...arraysOf(data) };
  return { ...given, ...countDecimals(given) };
}

/** @param {Pick<Model, "OW">} m  @param {number} position  @returns {Cell} */
export function cellAt(m, position) {
  return { k: 0, i: Math.floor(position / m.OW), j: position % m.OW };
}

/** @param {Pick<Model, "OW">} m  @param {{ i: number, j: number }} cell */
export function positionOf(m, cell) {
  return cell.i * m.OW + cell.j;
}

/** @param {Model} m  @param {number} c  @param {number} r  @param {number} q */
export function xAt(m, c, r, q) {
  return m.x[(c * m.Hp + r) * m.Wp + q];
}

/** @param {Model} m  @param {number} c  @param {number} a  @param {number} b */
export function wAt(m, c, a, b) {
  return m.w ? m.w[(c * m.kh + a) * m.kw + b] : 1;
}

/** @param {Model} m  @param {number} r  @param {number} q */
export function isPadding(m, r, q) {
  return r < m.top || q < m.left || r >= m.top + m.H || q >= m.left + m.W;
}

/**
 * The taps of one output cell's window in one channel, row by row.
 * @param {Model} m  @param {{ i: number, j: number }} cell  @param {number} c
 */
export function windowTaps(m, cell, c) {
  /** @type {Tap[]} */
  const taps = [];
  for (let a = 0; a < m.kh; a++) {
    for (let b = 0; b < m.kw; b++) {
      const r = cell.i * m.sh + a * m.dh;
      const q = cell.j * m.sw + b * m.dw;
      const x = xAt(m, c, r, q);
      const w = wAt(m, c, a, b);
      taps.push({ a, b, r, q, x, w, product: m.kind === "conv" ? x * w : x, padding: isPadding(m, r, q) });
    }
  }
  return taps;
}

/** Which tap holds the maximum; the first among equals, as the gradient has it.  @param {Tap[]} taps */
export function winnerOf(taps) {
  let best = 0;
  for (let t = 1; t < taps.length; t++) if (taps[t].x > taps[best].x) best = t;
  return best;
}

/**
 * Output cells that read padded input cell (r, q), and through which kernel cell.
 * @param {Model} m  @param {number} r  @param {number} q  @returns {Reader[]}
 */
export function readersOf(m, r, q) {
  const found = [];
  for (let a = 0; a < m.kh; a++) {
    const i = (r - a * m.dh) / m.sh;
    if (!Number.isInteger(i) || i < 0 || i >= m.OH) continue;
    for (let b = 0; b < m.kw; b++) {
      const j = (q - b * m.dw) / m.sw;
      if (Number.isInteger(j) && j >= 0 && j < m.OW) found.push({ i, j, a, b });
    }
  }
  return found;
}

/**
 * Padded input cells that kernel cell (a, b) touches: one for each output.
 * @param {Model} m  @param {number} a  @param {number} b  @returns {{ r: number, q: number }[]}
 */
export function touchedBy(m, a, b) {
  const cells = [];
  for (let i = 0; i < m.OH; i++) {
    for (let j = 0; j < m.OW; j++) cells.push({ r: i * m.sh + a * m.dh, q: j * m.sw + b * m.dw });
  }
  return cells;
}

/**
 * One channel's part of the sum of an output cell.
 * @param {Model} m  @param {Cell} cell  @param {number} c  @returns {ChannelSum}
 */
function channelSum(m, cell, c) {
  const round = rounder(m.termDecimals);
  const taps = windowTaps(m, cell, c);
  let sum = 0;
  let shown = 0;
  for (const { product } of taps) {
    if (m.kind !== "conv" && !Number.isFinite(product)) continue; // the padding of a pooling
    sum += product;
    shown += round(product);
  }
  const known = m.partial && !m.dirty ? m.partial[(c * m.OH + cell.i) * m.OW + cell.j] : sum;
  return { c, taps, sum: known, rounding: clean(round(known) - shown, m.termDecimals) };
}

/** @param {number} decimals */
function rounder(decimals) {
  const scale = 10 ** decimals;
  return (/** @type {number} */ v) => (Number.isFinite(v) ? Math.round(v * scale) / scale : v);
}

/**
 * The whole sum of one output cell of map k, as numbers to show: what is shown adds up.
 * @param {Model} m  @param {Cell} cell
 */
export function sumOf(m, cell) {
  const d = m.termDecimals;
  const conv = m.kind === "conv";
  const at = (cell.k * m.OH + cell.i) * m.OW + cell.j;
  // A pooling works on each channel alone.
  const own = conv ? Array.from({ length: m.C }, (_, c) => c) : [cell.k];
  const channels = own.map((c) => channelSum(m, cell, c));
  const edited = m.dirty && conv;
  const total = (/** @type {(v: number) => number} */ as) =>
    channels.reduce((sum, one) => sum + as(one.sum), 0) + as(m.bias);
  const z = edited ? total((v) => v) : m.z[at];
  return {
    cell,
    at,
    channels,
    z,
    y: edited && !m.activation ? z : m.y[at],
    stale: m.dirty && (m.activation !== null || !conv),
    rounding: conv ? clean(rounder(d)(z) - total(rounder(d)), d) : 0,
    hidden: m.hidden.has(at),
    winner: m.kind === "max" ? winnerOf(channels[0].taps) : -1,
    divisor: m.divisor ? m.divisor[cell.i * m.OW + cell.j] : 1,
  };
}

/** @param {number} value  @param {number} decimals */
function clean(value, decimals) {
  const rounded = Math.round(value * 10 ** decimals) / 10 ** decimals;
  return Math.abs(rounded) < 0.5 * 10 ** -decimals ? 0 : rounded;
}

/**
 * d loss / d x that this one output sends to each tap of its window.
 * @param {Model} m  @param {Sum} sum  @returns {number[][]}
 */
export function sharesOf(m, sum) {
  const dz = m.dz ? m.dz[sum.at] : 0;
  return sum.channels.map(({ taps }) =>
    taps.map((tap, t) => {
      if (tap.padding && m.kind !== "conv") return 0;
      if (m.kind === "max") return t === sum.winner ? dz : 0;
      if (m.kind === "avg") return dz / sum.divisor;
      return m.kind === "sum" ? dz : dz * tap.w;
    }),
  );
}

/** The last output (in playing order) that reads each padded input cell; −1 where none does.  @param {Model} m */
export function lastReaders(m) {
  const last = new Int32Array(m.Hp * m.Wp).fill(-1);
  for (let p = 0; p < m.N; p++) {
    const { i, j } = cellAt(m, p);
    for (let a = 0; a < m.kh; a++) {
      for (let b = 0; b < m.kw; b++) last[(i * m.sh + a * m.dh) * m.Wp + j * m.sw + b * m.dw] = p;
    }
  }
  return last;
}
