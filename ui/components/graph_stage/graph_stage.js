// The graph stage. Python sends matrices, steps and sentences; walking through the steps and
// pointing at numbers happens here, without a message.

import { pictureButton } from "../shared/take_away.js";
import { readTheme } from "../shared/theme.js";
import { el, setText } from "./dom.js";
import { createGrid, updateGrid } from "./grids.js";
import { buildCode, buildRow, fit } from "./layout.js";
import { createTransport, fades, listenToKeys, walkOf } from "./walk.js";

const STAGES = new WeakMap();

function createStage(parentElement) {
  const root = parentElement.querySelector(".root");
  root.replaceChildren();
  root.classList.add("graph");
  root.tabIndex = 0;
  root.setAttribute("role", "group");
  const board = el("div", "board");
  const row = el("div", "row");
  const code = el("ol", "code");
  code.setAttribute("aria-label", "The same in NumPy");
  board.append(row, code);
  const message = el("div", "ng-message");
  message.setAttribute("role", "alert");
  const words = el("p", "words");
  words.setAttribute("aria-live", "polite");
  const stage = {
    root,
    board,
    row,
    code,
    message,
    words,
    grids: new Map(),
    data: null,
    theme: null,
    shape: "",
    fills: new Map(),
    position: 0,
    playing: false,
    speed: 1,
    timer: 0,
    telling: 0,
    epoch: -1,
    font: 0,
    hover: null,
    pinned: null,
    token: 0,
    width: 0,
    emit: () => {},
  };
  Object.assign(stage, walkOf(stage), pointingOf(stage));
  stage.transport = createTransport(stage);
  stage.foot = el("div", "foot");
  stage.foot.append(words, message, stage.transport.root, pictureButton(root));
  root.append(board, stage.foot);
  listenToKeys(stage);
  stage.sizes = new ResizeObserver(() => {
    if (stage.data && root.clientWidth !== stage.width) layOut(stage);
  });
  stage.sizes.observe(root);
  return stage;
}

function pointingOf(stage) {
  return {
    // A matrix that no step fills is there from the start.
    isFilled(name) {
      return (stage.fills.get(name) ?? -1) <= stage.position;
    },
    point(cell) {
      if (cell) stage.pause();
      stage.hover = cell;
      stage.refresh();
    },
    pin(cell) {
      const same = cell && stage.pinned && cell.name === stage.pinned.name && cell.index === stage.pinned.index;
      stage.pinned = same ? null : cell;
      stage.hover = null;
      stage.refresh();
    },
    // What is told now: the cell under the pointer, the pinned one, or the step.
    told() {
      for (const cell of [stage.hover, stage.pinned]) {
        const reason = cell && stage.isFilled(cell.name) && stage.data.reasons[cell.name]?.[cell.index];
        if (reason) return { ...reason, cell, lines: [] };
      }
      const step = stage.data.steps[stage.position];
      return { words: "", lit: {}, lines: [], ...step, cell: null };
    },
    refresh() {
      if (!stage.data) return;
      for (const grid of stage.grids.values()) updateGrid(stage, grid);
      light(stage);
      stage.transport.update();
    },
  };
}

function light(stage) {
  const { data, root } = stage;
  const told = stage.told();
  const step = data.steps[stage.position];
  const back = Boolean(step?.back);
  for (const grid of stage.grids.values()) {
    const lit = new Set(told.lit[grid.name] ?? []);
    if (told.cell?.name === grid.name) lit.add(told.cell.index);
    grid.view.light([...lit]);
    grid.box.classList.toggle("now", !told.cell && Boolean(step?.fills.includes(grid.name)));
  }
  root.classList.toggle("backward", back);
  root.dataset.position = String(stage.position);
  const lines = new Set(step?.lines ?? []);
  [...stage.code.children].forEach((line, i) => line.classList.toggle("lit", lines.has(i)));
  setText(stage.words, told.words || stage.data.hint);
}

// Made anew only where the graph itself is another; else its numbers are painted again.
function takeUp(stage) {
  const { data } = stage;
  stage.fills = new Map();
  data.steps.forEach((step, i) => {
    for (const name of step.fills) if (!stage.fills.has(name)) stage.fills.set(name, i);
  });
  const shape = JSON.stringify([data.nodes, Object.keys(data.grids), data.code]);
  if (shape === stage.shape) return;
  stage.shape = shape;
  for (const name of Object.keys(data.grids)) {
    if (!stage.grids.has(name)) stage.grids.set(name, createGrid(stage, name));
  }
  for (const [name, grid] of stage.grids) {
    if (name in data.grids) continue;
    grid.send.stop();
    stage.grids.delete(name);
  }
  buildRow(stage);
  buildCode(stage);
}

function layOut(stage) {
  stage.width = stage.root.clientWidth;
  fit(stage);
}

// Where the walk stands: where Python says at first, and whenever it was set from elsewhere.
function placeOf(stage) {
  const { data } = stage;
  if (stage.epoch === data.epoch) return stage.position;
  stage.epoch = data.epoch;
  clearTimeout(stage.telling);
  return data.at;
}

function updateStage(stage, { data, parentElement, setStateValue }) {
  stage.data = data;
  stage.theme = readTheme(parentElement);
  stage.emit = setStateValue;
  const last = Math.max(0, data.steps.length - 1);
  stage.position = Math.min(placeOf(stage), last);
  stage.root.classList.toggle("projector", data.projector);
  stage.root.classList.toggle("fades", fades());
  stage.root.classList.toggle("still", data.steps.length < 2);
  stage.root.style.setProperty("--accent", stage.theme.accent);
  stage.root.style.colorScheme = stage.theme.name;
  const keys = data.steps.length > 1 ? " Space plays, arrow keys step, Home and End jump, Escape lets go." : "";
  stage.root.setAttribute("aria-label", `${data.title}.${keys}`);
  takeUp(stage);
  layOut(stage);
  for (const grid of stage.grids.values()) grid.send.settled();
}

export default function (component) {
  const { parentElement } = component;
  let stage = STAGES.get(parentElement);
  if (!stage) {
    stage = createStage(parentElement);
    STAGES.set(parentElement, stage);
  }
  const token = ++stage.token;
  stage.root.renders = token; // for tests
  updateStage(stage, component);
  return () => {
    if (stage.token !== token) return; // a newer call has taken over
    clearTimeout(stage.timer);
    clearTimeout(stage.telling);
    stage.sizes.disconnect();
    for (const grid of stage.grids.values()) grid.send.stop();
    STAGES.delete(parentElement);
  };
}
