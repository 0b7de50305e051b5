// The parts of the component, made once.

import { element } from "../shared/dom.js";
import { pictureButton } from "../shared/take_away.js";

/** @typedef {ReturnType<typeof build>} Parts */

/** @param {string} className  @param {string} title */
function figure(className, title) {
  const box = element("figure", className);
  const canvas = element("canvas");
  const caption = element("figcaption", "", title);
  box.append(caption, canvas);
  return { box, canvas, caption };
}

/** @param {HTMLElement} root */
export function build(root) {
  const matrix = figure("matrix", "");
  matrix.canvas.tabIndex = 0;
  matrix.canvas.setAttribute("role", "application");
  matrix.canvas.setAttribute("aria-roledescription", "matrix of weights");
  const input = figure("input", "input x");
  const row = figure("row", "");
  const output = figure("output", "output y");
  for (const { canvas } of [input, row, output]) canvas.setAttribute("role", "img");
  const sum = element("p", "sum");
  const words = element("p", "words");
  const label = element("label", "change");
  const slider = element("input");
  slider.type = "range";
  const value = element("output", "value");
  label.append(element("span", "", "this weight"), slider, value);
  const told = element("div", "sr-only");
  told.setAttribute("aria-live", "polite");
  const left = element("div", "left");
  left.append(matrix.box, words, label);
  const right = element("div", "right");
  const said = element("div", "said");
  said.append(sum);
  right.append(input.box, row.box, output.box, said);
  left.append(pictureButton(root));
  root.replaceChildren(left, right, told);
  return {
    matrix: matrix.canvas,
    matrixTitle: matrix.caption,
    input: input.canvas,
    rowGrid: row.canvas,
    rowTitle: row.caption,
    output: output.canvas,
    sum,
    words,
    label,
    slider,
    value,
    told,
  };
}
