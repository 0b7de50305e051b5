// What the student changed: shown at once, told to Python, kept until it has answered.

import { nextSequence } from "../shared/sender.js";
import { countDecimals } from "./decimals.js";
import { xAt } from "./model.js";

/** @import { Model } from "./model.js" */
/** @import { Stage } from "./stage.js" */

/** @typedef {"kernel" | "input"} Edited  which of the two */
/** @typedef {{ values: number[], sequence: number }} Local  a change that Python has not seen yet */

/** The input without its padding, row by row.  @param {Model} m  @param {number} c */
export function innerInput(m, c) {
  const values = [];
  for (let r = 0; r < m.H; r++) for (let q = 0; q < m.W; q++) values.push(xAt(m, c, r + m.top, q + m.left));
  return values;
}

/** @param {Model} m */
function allInput(m) {
  return Array.from({ length: m.C }, (_, c) => innerInput(m, c)).flat();
}

/**
 * An edit shows at once; the newest goes to Python, which answers with all the numbers.
 * @param {Stage} stage  @param {Edited} name  @param {number} index  flat  @param {number} value
 */
export function changeLocally(stage, name, index, value) {
  const { m } = stage;
  const values = stage.local[name]?.values ?? (name === "kernel" ? Array.from(m.w ?? []) : allInput(m));
  values[index] = value;
  const sequence = nextSequence();
  stage.local[name] = { values, sequence };
  stage.pause();
  applyLocal(stage);
  /** @type {[number, number, number]} */
  const shape = name === "kernel" ? [m.C, m.kh, m.kw] : [m.C, m.H, m.W];
  stage.send[name].push({ sequence, on: stage.data.mark[name], values: nested(values, shape) });
  stage.repaint();
  stage.refresh();
  stage.announce();
}

/** @param {Stage} stage */
function applyLocal(stage) {
  const { m, local } = stage;
  if (local.kernel) m.w = Float32Array.from(local.kernel.values);
  if (local.input) {
    m.x = m.x.slice();
    local.input.values.forEach((v, n) => {
      const c = Math.floor(n / (m.H * m.W));
      const r = Math.floor(n / m.W) % m.H;
      m.x[(c * m.Hp + r + m.top) * m.Wp + (n % m.W) + m.left] = v;
    });
  }
  Object.assign(m, { dirty: true }, countDecimals(m));
}

/** What Python has not seen yet stays; what it has seen is in the numbers it sent.  @param {Stage} stage */
export function keepLocalEdits(stage) {
  const { m, local, data } = stage;
  const fits = { kernel: m.w ? m.w.length : 0, input: m.C * m.H * m.W };
  for (const name of /** @type {const} */ (["kernel", "input"])) {
    const held = local[name];
    if (held && (held.sequence <= data.sequence[name] || held.values.length !== fits[name])) local[name] = null;
  }
  if (local.kernel || local.input) applyLocal(stage);
}

/** @param {number[]} flat  @param {[number, number, number]} shape */
function nested(flat, [a, b, c]) {
  return Array.from({ length: a }, (_row, i) =>
    Array.from({ length: b }, (_column, j) => flat.slice((i * b + j) * c, (i * b + j + 1) * c)),
  );
}
