// What of the plane is in sight: the picture, and the square on it however far that reaches.

/** @typedef {[number, number, number, number]} Box  row0, row1, column0, column1, in pixels of the picture */
/**
 * @typedef {object} View  a square of the plane
 * @property {number} row  its middle
 * @property {number} column
 * @property {number} side  in pixels of the picture
 */

const AROUND = 1.06; // a little room around what is to be seen

/** The view that holds the picture and the box.  @param {Box} box  @param {number} rows  @param {number} columns
 * @returns {View} */
export function viewOf([row0, row1, column0, column1], rows, columns) {
  const [top, bottom] = [Math.min(0, row0), Math.max(rows, row1)];
  const [left, right] = [Math.min(0, column0), Math.max(columns, column1)];
  return {
    row: (top + bottom) / 2,
    column: (left + right) / 2,
    side: AROUND * Math.max(bottom - top, right - left),
  };
}

/** @param {number} a  @param {number} b  @param {number} t */
const mix = (a, b, t) => a + (b - a) * t;

/** Between two views; sizes change by factors, so that the way looks even.
 * @param {View} from  @param {View} to  @param {number} t  @returns {View} */
export function viewBetween(from, to, t) {
  return {
    row: mix(from.row, to.row, t),
    column: mix(from.column, to.column, t),
    side: from.side * (to.side / from.side) ** t,
  };
}

/** Between two boxes.  @param {Box} from  @param {Box} to  @param {number} t  @returns {Box} */
export function boxBetween(from, to, t) {
  return [mix(from[0], to[0], t), mix(from[1], to[1], t), mix(from[2], to[2], t), mix(from[3], to[3], t)];
}

/** Where a box lies on a canvas.  @param {Box} box  @param {View} view  @param {number} size  of the canvas */
export function onCanvas([row0, row1, column0, column1], view, size) {
  const scale = size / view.side;
  return {
    x: (column0 - view.column) * scale + size / 2,
    y: (row0 - view.row) * scale + size / 2,
    w: (column1 - column0) * scale,
    h: (row1 - row0) * scale,
  };
}
