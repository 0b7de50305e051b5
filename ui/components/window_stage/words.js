// What is pointed at, and the present cell, in words. The same for eyes and screen readers.

import { decimalsFor, formatNumber } from "../shared/numbers.js";
import { isPadding, readersOf, wAt, windowTaps, xAt } from "./model.js";

/** @import { Activation, Model, Tap } from "./model.js" */
/** @import { InputSpot, StageState, TapSpot, WeightSpot } from "./state.js" */

/** @type {Record<Activation, string>} */
const ACTIVATION_NAMES = {
  relu: "ReLU",
  leaky_relu: "leaky ReLU",
  sigmoid: "sigmoid",
  tanh: "tanh",
  gelu: "GELU",
};

/** "" where there is none.  @param {Activation | null} activation */
export function activationName(activation) {
  return activation ? ACTIVATION_NAMES[activation] : "";
}

/** With its sign.  @param {number} value  @param {number} decimals */
export function signed(value, decimals) {
  const text = formatNumber(value, decimals);
  return value > 0 ? `+${text}` : text;
}

/** "x[2, 3]", counted from the input's own corner.  @param {Model} m  @param {{ r: number, q: number }} place */
export function inputName(m, { r, q }) {
  return `x[${r - m.top}, ${q - m.left}]`;
}

/** "R " where there are several channels.  @param {Model} m  @param {number} c */
function channelName(m, c) {
  return m.C > 1 ? `${m.names[c]} ` : "";
}

/** @param {Model} m  @param {InputSpot} spot */
function describeInput(m, { c, r, q }) {
  const n = readersOf(m, r, q).length;
  const value = formatNumber(xAt(m, c, r, q), m.dec.x);
  const what = isPadding(m, r, q) ? `padding (${value})` : `${channelName(m, c)}${inputName(m, { r, q })} = ${value}`;
  if (n > 0) return `${what} feeds ${n} output${n === 1 ? "" : "s"}.`;
  const rim = r >= m.Hp - m.dropped[0] || q >= m.Wp - m.dropped[1];
  return `${what} feeds no output: ${rim ? "the window does not fit there again" : "the window steps over it"}.`;
}

/** @param {Model} m  @param {WeightSpot} spot */
function describeWeight(m, { c, a, b }) {
  const value = formatNumber(wAt(m, c, a, b), m.dec.w);
  const inputs = `${m.N} input${m.N === 1 ? "" : "s"}`;
  return `${channelName(m, c)}w[${a}, ${b}] = ${value} touches ${inputs}, one for each output.`;
}

/** @param {StageState} stage  @param {TapSpot} spot */
function describeTap(stage, { c, a, b }) {
  const { m, sum } = stage;
  const tap = windowTaps(m, sum.cell, c)[a * m.kw + b];
  const where = `${channelName(m, c)}${inputName(m, tap)}${tap.padding ? " (padding)" : ""}`;
  if (m.kind !== "conv") return `${where} = ${formatNumber(tap.x, m.termDecimals)}`;
  const product = stage.hidesSum() ? "?" : formatNumber(tap.product, m.termDecimals);
  return `${where} × w[${a}, ${b}] = ${factors(m, tap)} = ${product}`;
}

/** "0.5 × −1"  @param {Model} m  @param {Tap} tap */
export function factors(m, tap) {
  return `${formatNumber(tap.x, m.tileDecimals.x)} × ${formatNumber(tap.w, m.tileDecimals.w)}`;
}

/** One sentence about what is pointed at; "" where that is nothing.  @param {StageState} stage */
export function describe(stage) {
  const light = stage.light();
  if (light?.type === "input") return describeInput(stage.m, light);
  if (light?.type === "weight") return describeWeight(stage.m, light);
  return light?.type === "tap" && !stage.backward ? describeTap(stage, light) : "";
}

/** For screen readers: the present cell and its sum.  @param {StageState} stage */
export function summary(stage) {
  const { m, sum } = stage;
  const d = m.sumDecimals;
  const { i, j } = sum.cell;
  const head = `Output row ${i}, column ${j}`;
  if (stage.hidesSum()) return `${head}: hidden, to be guessed.`;
  const total = formatNumber(sum.y, d);
  if (m.kind === "conv") {
    const parts =
      m.C > 1
        ? sum.channels.map((one) => `${m.names[one.c]} ${formatNumber(one.sum, d)}`).join(", ")
        : `products ${formatNumber(sum.channels[0].sum, d)}`;
    const activation = m.activation ? `, sum ${formatNumber(sum.z, d)}, ${activationName(m.activation)}` : "";
    return `${head}: ${parts}, bias ${formatNumber(m.bias, d)}${activation}, output ${total}.`;
  }
  const tap = sum.winner >= 0 ? sum.channels[0].taps[sum.winner] : null;
  if (tap)
    return `${head}: the largest of the window is ${total}, at input row ${tap.r - m.top}, column ${tap.q - m.left}.`;
  if (m.kind === "avg")
    return `${head}: sum ${formatNumber(sum.channels[0].sum, d)} divided by ${sum.divisor} is ${total}.`;
  return `${head}: the sum of the window is ${total}.`;
}

const FILLS = { zeros: "zeros", reflect: "reflected", replicate: "edge repeated", circular: "wrapped around" };

/** What padding holds.  @param {Model} m */
function fillWords({ kind, fill }) {
  if (kind === "max") return "−∞, never wins";
  return typeof fill === "number" ? `filled with ${formatNumber(fill, decimalsFor([fill]))}` : FILLS[fill];
}

/** What stands around the input: padding and what the floor drops.  @param {Model} m */
export function noteParts(m) {
  const parts = [];
  const sides = [m.top, m.bottom, m.left, m.right];
  if (sides.some((s) => s > 0)) {
    const same = sides.every((s) => s === sides[0]);
    const size = same ? `${m.top} all round` : `top ${m.top}, bottom ${m.bottom}, left ${m.left}, right ${m.right}`;
    parts.push({ kind: "ring", text: `padding ${size}: ${fillWords(m)}` });
  }
  const [h, w] = m.dropped;
  const count = (/** @type {number} */ n, /** @type {string} */ word) => `${n} ${word}${n === 1 ? "" : "s"}`;
  if (h || w) {
    const what = [h ? count(h, "row") : "", w ? count(w, "column") : ""].filter(Boolean).join(" and ");
    parts.push({ kind: "rim", text: `dropped by the floor: ${what}` });
  }
  return parts;
}
