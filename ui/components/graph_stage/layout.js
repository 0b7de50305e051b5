// Where things stand: nodes side by side with arrows between them, or one under another.

import { el } from "./dom.js";

/**
 * Builds the row of nodes from the data; the matrices themselves are made elsewhere.
 * @param {object} stage
 */
export function buildRow(stage) {
  const { data, grids, row } = stage;
  const parts = [];
  data.nodes.forEach((node, i) => {
    const box = el("div", "node");
    box.style.setProperty("--column", 2 * i + 1);
    if (i > 0) box.append(arrowOf(node, 2 * i));
    const given = el("div", "given");
    const value = el("div", "value");
    const back = el("div", "returns");
    const head = el("div", "head");
    head.append(el("b", "", node.title), el("span", "", node.shape));
    given.append(...node.given.map((name) => grids.get(name).box));
    value.append(head, grids.get(node.value).box);
    back.append(...node.back.map((names) => rowOf(names.map((name) => grids.get(name).box))));
    box.append(given, value, back);
    parts.push(box);
  });
  row.replaceChildren(...parts);
}

function rowOf(boxes) {
  const row = el("div", "abreast");
  row.append(...boxes);
  return row;
}

function arrowOf(node, column) {
  const arrow = el("div", "arrow");
  arrow.style.setProperty("--column", column);
  const forth = el("span", `forth ${node.sign === "→" ? "turns" : ""}`, node.sign);
  const back = el("span", "back-way turns", "←");
  for (const sign of [forth, back]) sign.setAttribute("aria-hidden", "true");
  arrow.append(el("span", "op", node.arrow), forth, back);
  return arrow;
}

/** Numbers get smaller by so many pixels a try. */
const SMALLER = 2;

/**
 * Beside each other where there is room, in numbers as large as there is room for; else the
 * program goes below, then the nodes do.
 * @param {object} stage
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

function fitsInSomeSize(stage) {
  const { row, board } = stage;
  const [largest, least] = stage.data.fonts;
  for (let font = largest; font >= least; font -= SMALLER) {
    stage.font = font;
    stage.refresh();
    if (row.scrollWidth <= row.clientWidth + 1 && board.scrollWidth <= board.clientWidth + 1) return true;
  }
  return false;
}

export function buildCode(stage) {
  const { data, code } = stage;
  code.hidden = data.code.length === 0;
  code.replaceChildren(...data.code.map((line) => el("li", "", line || " ")));
}
