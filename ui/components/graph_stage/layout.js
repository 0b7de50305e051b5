// Where things stand: nodes side by side with arrows between them, or one under another.

import { element } from "../shared/dom.js";

/** @import { GraphStage } from "./graph_stage.js" */

/**
 * @typedef {object} GraphNode  a place in the row
 * @property {string} title
 * @property {string} shape
 * @property {string} arrow  what leads here
 * @property {string} sign
 * @property {string[]} given  names of the matrices above it
 * @property {string} value  of its own
 * @property {string[][]} back  of those below it, in rows
 */

/** Builds the row of nodes from the data; the matrices themselves are made elsewhere.  @param {GraphStage} stage */
export function buildRow(stage) {
  const { data, grids, row } = stage;
  const boxOf = (/** @type {string} */ name) => grids.get(name)?.box ?? element("div");
  /** @type {HTMLElement[]} */
  const parts = [];
  data.nodes.forEach((node, i) => {
    const box = element("div", "node");
    box.style.setProperty("--column", String(2 * i + 1));
    if (i > 0) box.append(arrowOf(node, 2 * i));
    const given = element("div", "given");
    const value = element("div", "value");
    const back = element("div", "returns");
    const head = element("div", "head");
    head.append(element("b", "", node.title), element("span", "", node.shape));
    given.append(...node.given.map(boxOf));
    value.append(head, boxOf(node.value));
    back.append(...node.back.map((names) => rowOf(names.map(boxOf))));
    box.append(given, value, back);
    parts.push(box);
  });
  row.replaceChildren(...parts);
}

/** @param {HTMLElement[]} boxes */
function rowOf(boxes) {
  const row = element("div", "abreast");
  row.append(...boxes);
  return row;
}

/** @param {GraphNode} node  @param {number} column */
function arrowOf(node, column) {
  const arrow = element("div", "arrow");
  arrow.style.setProperty("--column", String(column));
  const forth = element("span", `forth ${node.sign === "→" ? "turns" : ""}`, node.sign);
  const back = element("span", "back-way turns", "←");
  for (const sign of [forth, back]) sign.setAttribute("aria-hidden", "true");
  arrow.append(element("span", "op", node.arrow), forth, back);
  return arrow;
}

/** Numbers get smaller by so many pixels a try. */
const SMALLER = 2;
/** Where nodes stand one under another, larger numbers would only make the way down longer. */
const MOST_BELOW = 24;

/**
 * Beside each other where there is room, in numbers as large as there is room for; else the
 * program goes below, then the nodes do.
 * @param {GraphStage} stage
 */
export function fit(stage) {
  for (const [below, narrow] of [
    [false, false],
    [true, false],
    [true, true],
  ]) {
    stage.board.classList.toggle("below", below);
    stage.root.classList.toggle("narrow", narrow);
    if (fitsInSomeSize(stage)) return;
  }
}

/** @param {GraphStage} stage */
function fitsInSomeSize(stage) {
  const { row, board } = stage;
  const [wanted, least] = stage.data.fonts;
  const largest = stage.root.classList.contains("narrow") ? Math.max(least, Math.min(wanted, MOST_BELOW)) : wanted;
  for (let font = largest; font >= least; font -= SMALLER) {
    stage.font = font;
    stage.refresh();
    if (row.scrollWidth <= row.clientWidth + 1 && board.scrollWidth <= board.clientWidth + 1) return true;
  }
  return false;
}

/** @param {GraphStage} stage */
export function buildCode(stage) {
  const { data, code } = stage;
  code.hidden = data.code.length === 0;
  code.replaceChildren(...data.code.map((line) => element("li", "", line || " ")));
}
