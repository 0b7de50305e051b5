// What belongs together: rows and outputs, columns and inputs, a weight and its copies.

/**
 * @typedef {object} Model
 * @property {number} rows Outputs.
 * @property {number} columns Inputs.
 * @property {Float32Array} weights Row by row, with the changes that Python has not seen yet.
 * @property {Float32Array | null} taps Which weight of the kernel stands there; negative: none.
 * @property {Float32Array} x
 * @property {number[]} xShape
 * @property {Float32Array} y
 * @property {number[]} yShape
 * @property {boolean} tied Whether all copies of a weight change with it.
 */

/** @typedef {{row: number, column: number}} Place Either may be −1: not meant. */

/** @param {Model} m @param {number} row @param {number} column */
export function isThere(m, row, column) {
  return row >= 0 && column >= 0 && (!m.taps || m.taps[row * m.columns + column] >= 0);
}

/** The inputs that an output looks at. @param {Model} m @param {number} row @returns {number[]} */
export function inputsOf(m, row) {
  const found = [];
  for (let c = 0; c < m.columns; c++) if (isThere(m, row, c)) found.push(c);
  return found;
}

/** The outputs that an input feeds. @param {Model} m @param {number} column @returns {number[]} */
export function outputsOf(m, column) {
  const found = [];
  for (let r = 0; r < m.rows; r++) if (isThere(m, r, column)) found.push(r);
  return found;
}

/** Places (flat) of a weight and of its copies. @param {Model} m @param {Place} at @returns {number[]} */
export function copiesOf(m, at) {
  const own = at.row * m.columns + at.column;
  if (!isThere(m, at.row, at.column)) return [];
  if (!m.tied || !m.taps) return [own];
  const tap = m.taps[own];
  const found = [];
  for (let i = 0; i < m.taps.length; i++) if (m.taps[i] === tap) found.push(i);
  return found;
}

/** "[2, 3]" of a flat index. @param {number} index @param {number[]} shape */
export function placeText(index, shape) {
  return `[${Math.floor(index / shape[1])}, ${index % shape[1]}]`;
}

/**
 * The kernel, or the list of changes, after one weight was changed.
 * @param {number[]} edited As Python gave it, flat.
 * @param {Model} m
 * @param {Place} at
 * @param {number} value
 * @returns {number[]} The same length.
 */
export function withChange(edited, m, at, value) {
  if (m.tied && m.taps) {
    const kernel = edited.slice();
    kernel[m.taps[at.row * m.columns + at.column]] = value;
    return kernel;
  }
  const kept = [];
  for (let i = 0; i < edited.length; i += 3) {
    const same = edited[i] === at.row && edited[i + 1] === at.column;
    if (!same && edited[i] >= 0) kept.push(...edited.slice(i, i + 3));
  }
  const all = [at.row, at.column, value, ...kept, ...new Array(edited.length).fill(-1)];
  return all.slice(0, edited.length);
}
