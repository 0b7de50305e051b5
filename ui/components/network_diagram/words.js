// What is said of a node: in the line below the diagram, in the cells of the table.

/** @import { Tree } from "./tree.js" */

/** @param {number} value */
export const grouped = (value) => Math.round(value).toLocaleString("en-GB");

/** "138 M": three digits and the size.  @param {number} value */
export function short(value) {
  const [size, name] = value >= 1e9 ? [1e9, " G"] : value >= 1e6 ? [1e6, " M"] : value >= 1e4 ? [1e3, " k"] : [1, ""];
  return size === 1 ? grouped(value) : `${Number((value / size).toPrecision(3))}${name}`;
}

/** @param {number[]} shape */
export const shapeText = (shape) => shape.join(" × ");

/** @param {number[]} field */
export const fieldText = (field) => (field.length === 2 ? `${field[0]} × ${field[1]}` : "all of it");

/** A share in per cent, to the digit that still says something.  @param {number} part  @param {number} whole */
export function percent(part, whole) {
  const share = whole ? (100 * part) / whole : 0;
  return share && share < 0.05 ? "< 0.1%" : `${share.toFixed(1)}%`;
}

/** Bytes of so many float32.  @param {number} numbers */
export function bytes(numbers) {
  const size = 4 * numbers;
  const [unit, name] = size >= 1e9 ? [1e9, "GB"] : size >= 1e6 ? [1e6, "MB"] : size >= 1e3 ? [1e3, "kB"] : [1, "bytes"];
  return unit === 1 ? `${size} bytes` : `${Number((size / unit).toPrecision(3))} ${name}`;
}

/** The whole sentence.  @param {Tree} tree  @param {number} node  @param {string} key  what opens it */
export function sentence(tree, node, key) {
  const c = tree.columns;
  const times = c.times[node] > 1 ? `${c.times[node]} times the same, ` : "";
  const kernel = c.kernel[node] ? ` ${c.kernel[node]}` : "";
  const work = c.multiplyAdds[node] ? `${grouped(c.multiplyAdds[node])} multiply–adds` : "no multiply–adds";
  const learned = c.parameters[node] ? `${grouped(c.parameters[node])} parameters` : "nothing to learn";
  const counts = `${learned}, ${work}`;
  const field =
    c.field[node].length === 2
      ? `a cell sees ${fieldText(c.field[node])} of the input`
      : "each unit sees all of the input";
  const opens = c.opens[node] ? ` ${key}` : "";
  return `${c.name[node]}: ${times}${c.words[node]}${kernel}, ${shapeText(c.shape[node])} after it; ${counts}; ${field}.${opens}`;
}
