// The model: what Python sent, and where windows fall. No drawing here.
//
// Cells: an output cell is {k, i, j}; a padded input cell is {c, r, q} (row r and column q count
// from the padding's corner); a kernel cell is {c, a, b}. Names shown to people count from the
// input's own corner, as x[row, column] in NumPy.

import { maxAbs } from "../shared/colour.js";
import { decimalsFor } from "../shared/numbers.js";

export function readModel(data) {
  const array = (name) => data[name]?.data ?? null;
  const [C, H, W] = data.size;
  const [K, OH, OW] = data.output;
  const [kh, kw] = data.kernel;
  const [sh, sw] = data.stride;
  const [dh, dw] = data.dilation;
  const [top, bottom, left, right] = data.sides;
  const m = {
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
    x: array("padded"),
    w: array("weight"),
    partial: array("partial"),
    z: array("z"),
    y: array("y"),
    divisor: array("divisor"),
    dz: array("dz"),
    dx: array("dx"),
    compare: null,
    dirty: false,
  };
  if (data.compare) {
    m.compare = {
      title: data.compare.title,
      y: data.compare.y.data,
      w: data.compare.weight?.data ?? null,
    };
  }
  countDecimals(m);
  return m;
}

// Decimals of each picture (at most 2) and of the sum (exact where that is possible).
export function countDecimals(m) {
  const inside = finiteOnly(m.x);
  const exact = { x: exactDecimals(inside), w: m.w ? exactDecimals(m.w) : 0, b: exactDecimals([m.bias]) };
  if (m.kind === "avg") exact.b = exactDecimals(m.z); // a quotient may have more decimals than its terms
  m.dec = {
    x: decimalsFor(inside, 2),
    w: m.w ? decimalsFor(m.w, 2) : 0,
    y: decimalsFor(m.y, 2),
    dz: m.dz ? significant(m.dz) : 0,
    dx: m.dx ? significant(m.dx) : 0,
  };
  if (m.w && m.dec.w === 2 && exact.w === null) m.dec.w = Math.min(3, Math.max(2, significant(m.w)));
  const products = exact.x === null || exact.w === null ? null : exact.x + exact.w;
  m.rounded = products === null || products > 4 || exact.b === null;
  if (m.rounded) {
    const scale = Math.max(maxAbs(inside) * (m.w ? maxAbs(m.w) : 1), 1e-12);
    m.sumDecimals = Math.max(2, Math.min(6, 2 - Math.floor(Math.log10(scale))));
  } else {
    m.sumDecimals = Math.max(products, exact.b);
  }
  // A pooling adds up the input's own numbers; only its quotient may need more decimals.
  m.termDecimals = m.kind === "conv" ? m.sumDecimals : (exact.x ?? m.sumDecimals);
  m.tileDecimals = {
    x: exact.x ?? Math.max(2, Math.min(4, m.sumDecimals)),
    w: exact.w ?? Math.max(2, Math.min(4, m.sumDecimals)),
  };
}

export function finiteOnly(values) {
  return values.filter((v) => Number.isFinite(v));
}

// Decimals that show every value exactly, or null if four are not enough.
function exactDecimals(values) {
  for (let d = 0; d <= 4; d++) {
    const scale = 10 ** d;
    let exact = true;
    for (const v of values) {
      // float32 carries seven digits; what differs beyond them was the same number before.
      if (Math.abs(v * scale - Math.round(v * scale)) > 2e-6 * Math.max(1, Math.abs(v * scale))) {
        exact = false;
        break;
      }
    }
    if (exact) return d;
  }
  return null;
}

// Decimals that leave three figures of the largest value; none for whole numbers.
function significant(values) {
  const exact = decimalsFor(values, 2);
  if (exact < 2) return exact;
  const top = maxAbs(values);
  return top > 0 ? Math.max(2, Math.min(5, 1 - Math.floor(Math.log10(top)))) : 0;
}

export function cellAt(m, position) {
  return { k: 0, i: Math.floor(position / m.OW), j: position % m.OW };
}

export function positionOf(m, cell) {
  return cell.i * m.OW + cell.j;
}

export function xAt(m, c, r, q) {
  return m.x[(c * m.Hp + r) * m.Wp + q];
}

export function wAt(m, c, a, b) {
  return m.w ? m.w[(c * m.kh + a) * m.kw + b] : 1;
}

export function isPadding(m, r, q) {
  return r < m.top || q < m.left || r >= m.top + m.H || q >= m.left + m.W;
}

// The taps of one output cell's window in one channel, row by row.
export function windowTaps(m, cell, c) {
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

// Which tap holds the maximum; the first among equals, as the gradient has it.
export function winnerOf(taps) {
  let best = 0;
  for (let t = 1; t < taps.length; t++) if (taps[t].x > taps[best].x) best = t;
  return best;
}

// Output cells that read padded input cell (r, q), and through which kernel cell.
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

// Padded input cells that kernel cell (a, b) touches: one for each output.
export function touchedBy(m, a, b) {
  const cells = [];
  for (let i = 0; i < m.OH; i++) {
    for (let j = 0; j < m.OW; j++) cells.push({ r: i * m.sh + a * m.dh, q: j * m.sw + b * m.dw });
  }
  return cells;
}

// The whole sum of one output cell of map k, as numbers to show: what is shown adds up.
export function sumOf(m, cell) {
  const d = m.termDecimals;
  const round = (v) => (Number.isFinite(v) ? Math.round(v * 10 ** d) / 10 ** d : v);
  const at = (cell.k * m.OH + cell.i) * m.OW + cell.j;
  const channels = [];
  const first = m.kind === "conv" ? 0 : cell.k;
  const last = m.kind === "conv" ? m.C : cell.k + 1;
  for (let c = first; c < last; c++) {
    const taps = windowTaps(m, cell, c);
    let sum = 0;
    let shown = 0;
    for (const tap of taps) {
      if (m.kind === "conv" || Number.isFinite(tap.product)) {
        sum += tap.product;
        shown += round(tap.product);
      }
    }
    const known = m.partial && !m.dirty ? m.partial[(c * m.OH + cell.i) * m.OW + cell.j] : sum;
    channels.push({ c, taps, sum: known, rounding: clean(round(known) - shown, d) });
  }
  const local = channels.reduce((total, one) => total + one.sum, 0) + (m.kind === "conv" ? m.bias : 0);
  const z = m.dirty && m.kind === "conv" ? local : m.z[at];
  const shownParts = channels.reduce((total, one) => total + round(one.sum), 0) + round(m.bias);
  return {
    cell,
    at,
    channels,
    z,
    y: m.dirty && !m.activation && m.kind === "conv" ? z : m.y[at],
    stale: m.dirty && (m.activation !== null || m.kind !== "conv"),
    rounding: m.kind === "conv" ? clean(round(z) - shownParts, d) : 0,
    hidden: m.hidden.has(at),
    winner: m.kind === "max" ? winnerOf(channels[0].taps) : -1,
    divisor: m.divisor ? m.divisor[cell.i * m.OW + cell.j] : 1,
  };
}

function clean(value, decimals) {
  const rounded = Math.round(value * 10 ** decimals) / 10 ** decimals;
  return Math.abs(rounded) < 0.5 * 10 ** -decimals ? 0 : rounded;
}

// d loss / d x that this one output sends to each tap of its window.
export function sharesOf(m, sum) {
  const dz = m.dz[sum.at];
  return sum.channels.map(({ taps }) =>
    taps.map((tap, t) => {
      if (tap.padding && m.kind !== "conv") return 0;
      if (m.kind === "max") return t === sum.winner ? dz : 0;
      if (m.kind === "avg") return dz / sum.divisor;
      return m.kind === "sum" ? dz : dz * tap.w;
    }),
  );
}

// The last output (in playing order) that reads each padded input cell; −1 where none does.
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
