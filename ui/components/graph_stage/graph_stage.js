// The graph stage. Python sends matrices, steps and sentences; walking through the steps and
// pointing at numbers happens here, without a message.

import { prefersStill } from "../shared/canvas.js";
import { addElement, rootOf, setText } from "../shared/dom.js";
import { pictureButton } from "../shared/take_away.js";
import { readTheme } from "../shared/theme.js";
import { Transport } from "../shared/transport.js";
import { createGrid, updateGrid } from "./grids.js";
import { listenToKeys } from "./keys.js";
import { buildCode, buildRow, fit } from "./layout.js";
import { SPEEDS, Walk } from "../shared/walk.js";

/** @import { Component, Edit } from "../shared/component.js" */
/** @import { Place, Theme } from "../shared/theme.js" */
/** @import { Grid, Item } from "./grids.js" */
/** @import { GraphNode } from "./layout.js" */

/** @typedef {Record<string, number[]>} Lit  cells that are marked, by the matrix's name */
/** @typedef {{ words: string, lit: Lit }} Reason */
/** @typedef {Reason & { fills: string[], lines: number[], back: boolean }} Step */
/** @typedef {{ name: string, index: number }} Cell */
/**
 * @typedef {object} Data
 * @property {string} key
 * @property {string} title
 * @property {string} hint  what is said while there is nothing else to say
 * @property {[number, number]} fonts  pixels of the numbers: where there is room, and at least
 * @property {GraphNode[]} nodes
 * @property {Record<string, Item>} grids
 * @property {Step[]} steps
 * @property {number} at  the step that is shown first
 * @property {number} epoch  grows when the step was set from elsewhere
 * @property {boolean} fixed  a task holds the step
 * @property {Record<string, Reason[]>} reasons  one for each cell of a matrix
 * @property {string[]} code
 * @property {number} first  of rows and columns, in the names of cells
 * @property {boolean} projector
 */
/** What the student changed, by the matrix's name; and under "walk" where the walk came to rest.
 * @typedef {Record<string, Edit | number>} State */

/** @type {WeakMap<Place, GraphStage>} */
const STAGES = new WeakMap();
/** Milliseconds after which a walk that does not play has come to rest. */
const STILL = 600;

export class GraphStage {
  /** @type {Map<string, Grid>} */
  grids = new Map();
  /** Name of a matrix → the step that fills it.  @type {Map<string, number>} */
  fills = new Map();
  /** @type {Cell | null} */
  hover = null;
  /** @type {Cell | null} */
  pinned = null;
  /** @type {(name: string, value: Edit | number) => void} */
  emit = () => {};
  shape = "";
  /** Pixels of the numbers, see layout.js. */
  font = 0;
  #epoch = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #telling;
  width = 0;
  renders = 0;

  /** @param {Component<Data, State>} component */
  constructor({ data, parentElement }) {
    this.data = data;
    /** @type {Theme} */
    this.theme = readTheme(parentElement);
    this.root = rootOf(parentElement);
    this.root.replaceChildren();
    this.root.classList.add("graph");
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "group");
    this.board = addElement(this.root, "div", "board");
    this.row = addElement(this.board, "div", "row");
    this.code = addElement(this.board, "ol", "code");
    this.code.setAttribute("aria-label", "The same in NumPy");
    this.walk = new Walk({
      count: () => this.data.steps.length,
      moved: () => this.#moved(),
      changed: () => {
        this.refresh();
        this.#tellSoon();
      },
    });
    this.transport = new Transport(this.#player(), { short: "step", long: "step" }, SPEEDS);
    this.foot = addElement(this.root, "div", "foot");
    this.words = addElement(this.foot, "p", "words");
    this.words.setAttribute("aria-live", "polite");
    this.message = addElement(this.foot, "div", "ng-message");
    this.message.setAttribute("role", "alert");
    this.foot.append(this.transport.root, pictureButton(this.root));
    listenToKeys(this);
    this.sizes = new ResizeObserver(() => {
      if (this.root.clientWidth !== this.width) this.layOut();
    });
  }

  #player() {
    const { walk } = this;
    return {
      jump: (/** @type {number} */ to) => walk.jump(to),
      step: (/** @type {number} */ by) => walk.step(by),
      toggle: () => walk.toggle(),
      setSpeed: (/** @type {number} */ speed) => walk.setSpeed(speed),
    };
  }

  #moved() {
    this.pinned = this.hover = null;
    this.refresh();
    this.#follow();
    this.#tellSoon();
  }

  /** Python hears where the walk has come to rest; of the steps on the way, and while it plays, nothing. */
  #tellSoon() {
    clearTimeout(this.#telling);
    if (this.walk.playing) return;
    this.#telling = setTimeout(() => this.emit("walk", this.walk.position), STILL);
  }

  /** What is filled in now is brought into sight: to the middle where nodes stand one under another. */
  #follow() {
    const block = this.root.classList.contains("narrow") ? "center" : "nearest";
    const now = this.row.querySelector(".now");
    if (!(now instanceof HTMLElement)) return;
    now.style.setProperty("scroll-margin-bottom", `${this.foot.offsetHeight + 8}px`);
    now.scrollIntoView({ block, behavior: prefersStill() ? "auto" : "smooth" });
  }

  /** The walk stands where Python says at first, and whenever it was set from elsewhere. */
  #place() {
    const { walk, data } = this;
    if (data.fixed) walk.pause();
    if (this.#epoch === data.epoch && !data.fixed) walk.place(walk.position);
    else {
      this.#epoch = data.epoch;
      clearTimeout(this.#telling);
      walk.place(data.at);
    }
  }

  /** A matrix that no step fills is there from the start.  @param {string} name */
  isFilled(name) {
    return (this.fills.get(name) ?? -1) <= this.walk.position;
  }

  /** @param {Cell | null} cell */
  point(cell) {
    if (cell) this.walk.pause();
    this.hover = cell;
    this.refresh();
  }

  /** A second time lets go.  @param {Cell | null} cell */
  pin(cell) {
    const same = cell && this.pinned && cell.name === this.pinned.name && cell.index === this.pinned.index;
    this.pinned = same ? null : cell;
    this.hover = null;
    this.refresh();
  }

  /** What is told now: the cell under the pointer, the pinned one, or the step.  @returns {Reason & { cell: Cell | null }} */
  told() {
    for (const cell of [this.hover, this.pinned]) {
      const reason = cell && this.isFilled(cell.name) && this.data.reasons[cell.name]?.[cell.index];
      if (reason) return { ...reason, cell };
    }
    const step = this.data.steps[this.walk.position];
    return { words: step?.words ?? "", lit: step?.lit ?? {}, cell: null };
  }

  refresh() {
    for (const grid of this.grids.values()) updateGrid(this, grid);
    light(this);
    this.#showTransport();
  }

  #showTransport() {
    const { position, last, playing, speed } = this.walk;
    this.transport.root.hidden = last < 1;
    this.transport.root.inert = this.data.fixed;
    if (last < 1) return;
    const step = this.data.steps[position];
    const readout = `${step.back ? "backward" : "forward"} · ${position + 1} of ${last + 1}`;
    this.transport.show({ position, last, playing, speed, told: step.words, readout });
  }

  layOut() {
    this.width = this.root.clientWidth;
    fit(this);
  }

  /** @param {Component<Data, State>} component */
  update({ data, parentElement, setStateValue }) {
    this.data = data;
    this.theme = readTheme(parentElement);
    this.emit = setStateValue;
    this.#place();
    const { root, theme } = this;
    root.classList.toggle("projector", data.projector);
    root.classList.toggle("fades", !prefersStill());
    root.classList.toggle("still", data.steps.length < 2);
    root.style.setProperty("--accent", theme.accent);
    root.style.colorScheme = theme.name;
    const walks = data.steps.length > 1 && !data.fixed;
    const keys = walks ? " Space plays, arrow keys step, Home and End jump, Escape lets go." : "";
    root.setAttribute("aria-label", `${data.title}.${keys}`);
    takeUp(this);
    this.layOut();
    for (const grid of this.grids.values()) grid.send.settled();
  }

  destroy() {
    this.walk.pause();
    clearTimeout(this.#telling);
    this.sizes.disconnect();
    for (const grid of this.grids.values()) grid.send.stop();
  }
}

/** @param {GraphStage} stage */
function light(stage) {
  const { data, root, walk } = stage;
  const told = stage.told();
  const step = data.steps[walk.position];
  for (const grid of stage.grids.values()) {
    const lit = new Set(told.lit[grid.name] ?? []);
    if (told.cell?.name === grid.name) lit.add(told.cell.index);
    grid.view.light([...lit]);
    grid.box.classList.toggle("now", !told.cell && Boolean(step?.fills.includes(grid.name)));
  }
  root.classList.toggle("backward", Boolean(step?.back));
  root.dataset.position = String(walk.position);
  const lines = new Set(step?.lines ?? []);
  [...stage.code.children].forEach((line, i) => line.classList.toggle("lit", lines.has(i)));
  setText(stage.words, told.words || data.hint);
}

/** Made anew only where the graph itself is another; else its numbers are painted again.  @param {GraphStage} stage */
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

/** @param {Component<Data, State>} component */
export default function (component) {
  const { parentElement } = component;
  const known = STAGES.get(parentElement);
  const stage = known ?? new GraphStage(component);
  STAGES.set(parentElement, stage);
  const token = ++stage.renders;
  stage.update(component);
  if (!known) stage.sizes.observe(stage.root);
  return () => {
    if (stage.renders !== token) return; // a newer call has taken over
    stage.destroy();
    STAGES.delete(parentElement);
  };
}
