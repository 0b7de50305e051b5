// Arrays of which only what is seen was sent (pack_seen in ui/components/arrays.py).

/** @typedef {{ shape: number[], data: Float32Array | Int16Array, parts?: number }} Packed */

/**
 * The numbers of a packed array: the middles of the steps in which they were counted.
 * @param {Packed} packed
 * @returns {Float32Array}
 */
export function numbersOf({ data, parts }) {
  if (!parts) return /** @type {Float32Array} */ (data);
  return Float32Array.from(data, (n) => (n === 0 ? 0 : (n + 0.5 * Math.sign(n)) / parts));
}
