// What Python sent (see ui/components/wire.py), as a component reads it: JSON's marks for numbers
// that JSON cannot say become those numbers again, arrays become typed arrays, and what is kept
// comes from what was sent before.

import { inflate } from "./inflate.js";
import { kept } from "./kept.js";
import { smoothed } from "./smooth.js";

const NOT_FINITE = new Map(Object.entries({ nan: NaN, inf: Infinity, "-inf": -Infinity }));
/** @type {Record<string, new (buffer: ArrayBuffer, at: number, count: number) => ArrayBufferView>} */
const TYPES = { f4: Float32Array, f8: Float64Array, i1: Int8Array, i2: Int16Array, u1: Uint8Array, u2: Uint16Array };
const ALIGNED = 8;

/**
 * @param {unknown} data  JSON that Streamlit has read already, or the bytes of a packed message
 * @returns {any}
 */
export function readWire(data) {
  if (!(data instanceof Uint8Array)) return withNumbers(data);
  const size = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const body = inflate(data.subarray(4), size);
  const length = new DataView(body.buffer).getUint32(0, true);
  const text = new TextDecoder().decode(body.subarray(4, 4 + length));
  const begin = Math.ceil((4 + length) / ALIGNED) * ALIGNED;
  return withNumbers(JSON.parse(text), ([type, at, count]) => new TYPES[type](body.buffer, begin + at, count));
}

/**
 * @param {any} value
 * @param {((place: [string, number, number]) => ArrayBufferView) | null} arrayAt
 * @returns {any}
 */
export function withNumbers(value, arrayAt = null) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => withNumbers(item, arrayAt));
  if (NOT_FINITE.has(value.number)) return NOT_FINITE.get(value.number);
  if (arrayAt && value.array) {
    const array = arrayAt(value.array);
    return value.smooth ? smoothed(/** @type {Uint8Array} */ (array), value.smooth) : array;
  }
  if (value.kept) {
    const [mark, ...content] = value.kept;
    return kept(mark, content.length ? () => withNumbers(content[0], arrayAt) : undefined);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNumbers(item, arrayAt)]));
}
