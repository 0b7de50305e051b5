// The parts of the component, made once.

/** @param {string} tag @param {string} className @param {string} text */
function node(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function figure(className, title) {
  const box = node("figure", className);
  const canvas = document.createElement("canvas");
  const caption = node("figcaption", "", title);
  box.append(caption, canvas);
  return { box, canvas, caption };
}

/**
 * @param {HTMLElement} root
 * @returns {Record<string, HTMLElement>}
 */
export function build(root) {
  const matrix = figure("matrix", "");
  matrix.canvas.tabIndex = 0;
  matrix.canvas.setAttribute("role", "application");
  matrix.canvas.setAttribute("aria-roledescription", "matrix of weights");
  const input = figure("input", "input x");
  const row = figure("row", "");
  const output = figure("output", "output y");
  for (const { canvas } of [input, row, output]) canvas.setAttribute("role", "img");
  const sum = node("p", "sum");
  const words = node("p", "words");
  const label = node("label", "change");
  const slider = document.createElement("input");
  slider.type = "range";
  const value = node("output", "value");
  label.append(node("span", "", "this weight"), slider, value);
  const told = node("div", "sr-only");
  told.setAttribute("aria-live", "polite");
  const left = node("div", "left");
  left.append(matrix.box, words, label);
  const right = node("div", "right");
  const said = node("div", "said");
  said.append(sum);
  right.append(input.box, row.box, output.box, said);
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
