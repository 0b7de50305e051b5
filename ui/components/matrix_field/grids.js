// The cells, a grid for each channel.

import { colourScale, maxAbs } from "../shared/colour.js";
import { element } from "../shared/dom.js";
import { NumberGrid } from "../shared/number_grid.js";
import { decimalsFor, formatNumber } from "../shared/numbers.js";

/** @import { Field, Mark, Matrix } from "./matrix_field.js" */

/** @typedef {ReturnType<typeof channelGrid>} Channel */

const WIDE = 0.585; // of a figure, as a share of its height

/** @param {Field} field  @param {number} channel */
function channelGrid(field, channel) {
  const figure = element("figure");
  const caption = element("figcaption");
  const grid = new NumberGrid({
    onMessage: (text) => {
      field.said.textContent = text;
    },
    onChange: (index, value, phase, values) => {
      const all = field.cells.slice();
      all.splice(channel * values.length, values.length, ...values);
      field.change(all);
    },
  });
  figure.append(caption, grid.element);
  return { figure, caption, grid };
}

/** @param {Field} field  @param {Matrix} matrix  @param {number} decimals */
function cellSize(field, matrix, decimals) {
  const least = field.data.projector ? 18 : 14;
  let chars = 2;
  for (const v of matrix.values) if (!Number.isNaN(v)) chars = Math.max(chars, formatNumber(v, decimals).length);
  const width = Math.max(field.data.projector ? 44 : 36, Math.ceil(chars * least * WIDE + 12));
  return { cellWidth: width, cellHeight: field.data.projector ? 44 : 36, font: least };
}

/** @param {NumberGrid} grid  @param {Mark[] | null | undefined} marks */
function markCells(grid, marks) {
  grid.element.querySelectorAll(".ng-cell").forEach((cell, index) => {
    if (!(cell instanceof HTMLElement)) return;
    if (typeof marks?.[index] === "boolean") cell.dataset.mark = marks[index] ? "right" : "wrong";
    else delete cell.dataset.mark;
  });
}

/** @param {number} channel  @param {number} each  channels of a filter */
function placeOf(channel, each) {
  if (!each) return `channel ${channel}`;
  const filter = `filter ${Math.floor(channel / each)}`;
  return each > 1 ? `${filter}, channel ${channel % each}` : filter;
}

/** What a mark says, for a screen reader.  @param {Mark | undefined} mark */
function told(mark) {
  return typeof mark === "boolean" ? (mark ? ", right" : ", wrong") : "";
}

/** @param {Field} field  @param {Matrix | null} matrix */
export function paintGrids(field, matrix) {
  const count = matrix ? matrix.size[0] : 0;
  while (field.channels.length < count) {
    const one = channelGrid(field, field.channels.length);
    field.channels.push(one);
    field.grids.append(one.figure);
  }
  for (const { figure } of field.channels.splice(count)) figure.remove();
  field.grids.style.display = count ? "" : "none";
  if (matrix) matrixInto(field, matrix);
}

/** @param {Field} field  @param {Matrix} matrix */
function matrixInto(field, matrix) {
  const { data, theme } = field;
  const [count, rows, cols] = matrix.size;
  field.cells = Array.from(matrix.values);
  const decimals = decimalsFor(field.cells, 3);
  const size = cellSize(field, matrix, decimals);
  const limit = maxAbs(field.cells);
  const low = Math.min(0, ...field.cells.filter((v) => !Number.isNaN(v)));
  const kind = data.kind === "grey" && low < 0 ? "activation" : data.kind;
  field.channels.forEach(({ grid, caption, figure }, channel) => {
    const at = channel * rows * cols;
    const right = field.local ? null : data.right?.slice(at, at + rows * cols);
    const place = count > 1 || data.each ? placeOf(channel, data.each) : "";
    const name = place ? `${data.title}, ${place}` : data.title;
    caption.textContent = place;
    caption.style.display = place ? "" : "none";
    figure.setAttribute("aria-label", name);
    grid.update({
      rows,
      cols,
      values: field.cells.slice(at, at + rows * cols),
      decimals,
      editable: data.editable,
      gaps: data.gaps,
      ...size,
      limit: 1e6,
      scale: colourScale(kind, theme.name, limit),
      hues: null,
      label: `${name}, ${rows} by ${cols}${data.editable ? ", editable: type a number or drag up and down" : ""}`,
      cellName: (a, b) => `row ${a}, column ${b}${told(right?.[a * cols + b])}`,
    });
    markCells(grid, right);
  });
}
