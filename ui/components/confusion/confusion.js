// A confusion matrix: a table of buttons. Arrow keys move, Enter chooses, Escape lets go.

import { colourScale, css, inkOn } from "../shared/colour.js";
import { readTheme } from "../shared/theme.js";

const MATRICES = new WeakMap();

// Colour by the share of its row: right answers towards +, mistakes towards −. The root makes
// one mistake in a hundred visible.
function cellColour(matrix, r, c, total) {
  const share = Math.sqrt(total ? matrix.data.counts[r][c] / total : 0);
  return matrix.scale(r === c ? share : -share);
}

function head(text, className, scope) {
  const th = document.createElement("th");
  th.className = className;
  if (scope) th.scope = scope;
  const span = document.createElement("span");
  span.textContent = text;
  th.append(span);
  return th;
}

function focusCell(matrix, r, c) {
  const size = matrix.data.counts.length;
  const row = Math.min(size - 1, Math.max(0, r));
  const column = Math.min(size - 1, Math.max(0, c));
  matrix.here = [row, column];
  matrix.buttons.flat().forEach((button) => (button.tabIndex = -1));
  matrix.buttons[row][column].tabIndex = 0;
  matrix.buttons[row][column].focus();
}

function press(matrix, event, r, c) {
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const move = moves[event.key];
  if (move) focusCell(matrix, r + move[0], c + move[1]);
  else if (event.key === "Escape") matrix.send([]);
  else return;
  event.preventDefault();
}

// The skeleton, made anew only when the classes change: what has the focus keeps it.
function buildMatrix(matrix) {
  const { classes } = matrix.data;
  const tall = classes.some((name) => name.length > 3);
  const table = document.createElement("table");
  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", "Confusion matrix: row is the truth, column the answer");
  const top = document.createElement("tr");
  top.append(head("is ↓ says →", "corner"));
  for (const name of classes) top.append(head(name, tall ? "tall" : "", "col"));
  top.append(head("recall %", "rate"));
  table.append(top);
  matrix.buttons = [];
  matrix.recall = [];
  classes.forEach((name, r) => {
    const line = document.createElement("tr");
    line.append(head(name, "", "row"));
    matrix.buttons.push(
      classes.map((_, c) => {
        const td = document.createElement("td");
        td.className = "cell";
        const button = document.createElement("button");
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
    const rate = document.createElement("td");
    rate.className = "rate";
    matrix.recall.push(rate);
    line.append(rate);
    table.append(line);
  });
  const foot = document.createElement("tr");
  foot.append(head("precision %", "corner"));
  matrix.precision = classes.map(() => {
    const rate = document.createElement("td");
    rate.className = "rate";
    foot.append(rate);
    return rate;
  });
  table.append(foot);
  matrix.box.replaceChildren(table);
}

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
      const here = Boolean(chosen) && chosen[0] === r && chosen[1] === c;
      button.classList.toggle("chosen", here);
      button.setAttribute("aria-pressed", String(here));
      button.setAttribute("aria-label", `${classes[r]} said to be ${classes[c]}: ${count} of ${total}`);
    });
    matrix.recall[r].textContent = recall[r];
    matrix.precision[r].textContent = precision[r];
  });
}

// Cells as large as there is room for, beside the names and the rates.
function sizeMatrix(matrix) {
  const { classes, projector } = matrix.data;
  const table = matrix.box.querySelector("table");
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

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  let matrix = MATRICES.get(parentElement);
  if (!matrix) {
    const box = parentElement.querySelector(".root");
    box.className = "root box";
    matrix = { box, here: [0, 0] };
    matrix.observer = new ResizeObserver(() => sizeMatrix(matrix));
    MATRICES.set(parentElement, matrix);
  }
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
