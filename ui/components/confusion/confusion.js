// A confusion matrix: a table of buttons. Arrow keys move, Enter chooses, Escape lets go.

import { element, find, rootOf } from "../shared/dom.js";
import { colourScale, css, inkOn } from "../shared/colour.js";
import { readTheme } from "../shared/theme.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Scale } from "../shared/colour.js" */
/** @import { Place } from "../shared/theme.js" */

/**
 * @typedef {object} Data
 * @property {number[][]} counts  rows are the truth, columns the answers
 * @property {string[]} classes
 * @property {string[]} precision  in words, one a class
 * @property {string[]} recall
 * @property {[number, number] | null} chosen  row, column
 * @property {boolean} projector
 */
/** @typedef {{ cell: number[] }} State  [row, column], or [] */
/**
 * @typedef {object} Matrix
 * @property {HTMLElement} box
 * @property {Data} data
 * @property {[number, number]} here  the cell that Tab leads to
 * @property {HTMLButtonElement[][]} buttons
 * @property {HTMLElement[]} recall
 * @property {HTMLElement[]} precision
 * @property {string | null} names  of the classes that it was built for
 * @property {Scale} scale
 * @property {ResizeObserver} observer
 * @property {(cell: number[]) => void} send
 */

/** @type {WeakMap<Place, Matrix>} */
const MATRICES = new WeakMap();

/**
 * Colour by the share of its row: right answers towards +, mistakes towards −. The root makes
 * one mistake in a hundred visible.
 * @param {Matrix} matrix  @param {number} r  @param {number} c  @param {number} total
 */
function cellColour(matrix, r, c, total) {
  const share = Math.sqrt(total ? matrix.data.counts[r][c] / total : 0);
  return matrix.scale(r === c ? share : -share);
}

/** @param {string} text  @param {string} className  @param {string} [scope] */
function head(text, className, scope = "") {
  const th = element("th", className);
  if (scope) th.scope = scope;
  th.append(element("span", "", text));
  return th;
}

/** @param {Matrix} matrix  @param {number} r  @param {number} c */
function focusCell(matrix, r, c) {
  const size = matrix.data.counts.length;
  const row = Math.min(size - 1, Math.max(0, r));
  const column = Math.min(size - 1, Math.max(0, c));
  matrix.here = [row, column];
  matrix.buttons.flat().forEach((button) => (button.tabIndex = -1));
  matrix.buttons[row][column].tabIndex = 0;
  matrix.buttons[row][column].focus();
}

/** @param {Matrix} matrix  @param {KeyboardEvent} event  @param {number} r  @param {number} c */
function press(matrix, event, r, c) {
  /** @type {Record<string, [number, number]>} */
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const move = moves[event.key];
  if (move) focusCell(matrix, r + move[0], c + move[1]);
  else if (event.key === "Escape") matrix.send([]);
  else return;
  event.preventDefault();
}

/** The skeleton, made anew only when the classes change: what has the focus keeps it.  @param {Matrix} matrix */
function buildMatrix(matrix) {
  const { classes } = matrix.data;
  const tall = classes.some((name) => name.length > 3);
  const table = element("table");
  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", "Confusion matrix: row is the truth, column the answer");
  const top = element("tr");
  top.append(head("is ↓ says →", "corner"));
  for (const name of classes) top.append(head(name, tall ? "tall" : "", "col"));
  top.append(head("recall %", "rate"));
  table.append(top);
  matrix.buttons = [];
  matrix.recall = [];
  classes.forEach((name, r) => {
    const line = element("tr");
    line.append(head(name, "", "row"));
    matrix.buttons.push(
      classes.map((_, c) => {
        const td = element("td", "cell");
        const button = element("button");
        button.type = "button";
        button.tabIndex = r === matrix.here[0] && c === matrix.here[1] ? 0 : -1;
        button.onkeydown = (event) => press(matrix, event, r, c);
        button.onclick = () => {
          const { chosen } = matrix.data;
          matrix.here = [r, c];
          matrix.send(chosen && chosen[0] === r && chosen[1] === c ? [] : [r, c]);
        };
        td.append(button);
        line.append(td);
        return button;
      }),
    );
    const rate = element("td", "rate");
    matrix.recall.push(rate);
    line.append(rate);
    table.append(line);
  });
  const foot = element("tr");
  foot.append(head("precision %", "corner"));
  matrix.precision = classes.map(() => {
    const rate = element("td", "rate");
    foot.append(rate);
    return rate;
  });
  table.append(foot);
  matrix.box.replaceChildren(table);
}

/** @param {Matrix} matrix */
function fillMatrix(matrix) {
  const { counts, classes, chosen, precision, recall } = matrix.data;
  counts.forEach((row, r) => {
    const total = row.reduce((a, b) => a + b, 0);
    row.forEach((count, c) => {
      const button = matrix.buttons[r][c];
      const colour = cellColour(matrix, r, c, total);
      button.textContent = count ? String(count) : "";
      button.style.background = css(colour);
      button.style.color = inkOn(colour);
      const here = chosen !== null && chosen[0] === r && chosen[1] === c;
      button.classList.toggle("chosen", here);
      button.setAttribute("aria-pressed", String(here));
      button.setAttribute("aria-label", `${classes[r]} said to be ${classes[c]}: ${count} of ${total}`);
    });
    matrix.recall[r].textContent = recall[r];
    matrix.precision[r].textContent = precision[r];
  });
}

/** Cells as large as there is room for, beside the names and the rates.  @param {Matrix} matrix */
function sizeMatrix(matrix) {
  const { classes, projector } = matrix.data;
  const table = find(matrix.box, "table", HTMLTableElement);
  // Twice: the size of the type, and with it the width of the names, follows from the cells'.
  for (let pass = 0; pass < 2; pass++) {
    const now = matrix.buttons[0][0].offsetWidth;
    const beside = table.offsetWidth - now * classes.length;
    const room = (matrix.box.clientWidth - 6 - beside) / classes.length;
    const cell = Math.floor(Math.max(20, Math.min(projector ? 54 : 42, room)));
    matrix.box.style.setProperty("--cell", `${cell}px`);
    matrix.box.style.setProperty("--size", `${cell < 30 ? 12 : projector ? 18 : 14}px`);
  }
}

/** @param {Component<Data, State>} component  @returns {Matrix} */
function newMatrix({ data, parentElement, setStateValue }) {
  const box = rootOf(parentElement);
  box.className = "root box";
  const observer = new ResizeObserver(() => sizeMatrix(matrix));
  /** @type {Matrix} */
  const matrix = {
    box,
    data,
    here: [0, 0],
    buttons: [],
    recall: [],
    precision: [],
    names: null,
    scale: () => [0, 0, 0],
    observer,
    send: (cell) => setStateValue("cell", cell),
  };
  return matrix;
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const matrix = MATRICES.get(parentElement) ?? newMatrix(component);
  MATRICES.set(parentElement, matrix);
  const theme = readTheme(parentElement);
  matrix.scale = colourScale("activation", theme.name, 1);
  matrix.box.style.setProperty("--accent", theme.accent);
  matrix.data = data;
  matrix.send = (cell) => setStateValue("cell", cell);
  const names = data.classes.join("\n");
  if (matrix.names !== names) {
    matrix.names = names;
    buildMatrix(matrix);
    matrix.observer.observe(matrix.box);
  }
  fillMatrix(matrix);
  sizeMatrix(matrix);
  return () => {
    matrix.observer.disconnect();
    MATRICES.delete(parentElement);
  };
}
