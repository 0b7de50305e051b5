// How large everything is: the matrix and three small grids, beside each other or stacked.

/** Pixels between the parts; as in weight_matrix.css. */
export const GAP = 24;

/**
 * @typedef {object} Sizes
 * @property {number} cell Side of a weight of the matrix.
 * @property {number} grid Side of a cell of the input, the row and the output.
 * @property {number} font Pixels of the numbers in them.
 */

/**
 * @param {number} width What there is.
 * @param {number} columns Of the matrix.
 * @param {number} across Cells across a grid.
 * @param {boolean} projector
 * @returns {Sizes}
 */
export function sizes(width, columns, across, projector) {
  const font = projector ? 18 : 14;
  const beside = 34;
  const room = width - 2 * GAP - 2 * across * beside;
  if (room >= 4 * columns) {
    return { cell: Math.min(8, Math.floor(room / columns)), grid: beside, font };
  }
  const stacked = Math.min(width, projector ? 400 : 340);
  return { cell: Math.max(2, Math.floor(stacked / columns)), grid: Math.floor(stacked / across), font };
}
