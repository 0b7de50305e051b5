// How large a matrix is, and what becomes of its cells where that changes.

/** @import { Data, Size } from "./matrix_field.js" */

/** The cells of `values` in another size: what falls away is gone, what is new is `fresh`.
 * @param {number[]} values  @param {Size} from  @param {Size} to  @param {number} fresh */
export function resized(values, [channels, rows, cols], [toChannels, toRows, toCols], fresh) {
  const found = new Array(toChannels * toRows * toCols).fill(fresh);
  for (let c = 0; c < Math.min(channels, toChannels); c++) {
    for (let r = 0; r < Math.min(rows, toRows); r++) {
      for (let q = 0; q < Math.min(cols, toCols); q++) {
        found[(c * toRows + r) * toCols + q] = values[(c * rows + r) * cols + q];
      }
    }
  }
  return found;
}

/** What one press of + adds along an axis: a filter has all of its channels.
 * @param {Data} data  @param {number} axis */
export function stepOf(data, axis) {
  return axis === 0 ? Math.max(1, data.each) : 1;
}
