// The stage as a whole: its elements, and what follows when its state or its data change.

import { fitCanvas, prefersStill } from "../shared/canvas.js";
import { addElement, element, rootOf, setText } from "../shared/dom.js";
import { createSender } from "../shared/sender.js";
import { readTheme } from "../shared/theme.js";
import { keepLocalEdits } from "./edits.js";
import { placeInputs, placeKernels } from "./grids.js";
import { layoutStage } from "./layout.js";
import { cellAt, lastReaders, readModel, sumOf } from "./model.js";
import { SPEEDS, remembered } from "./motion.js";
import { paintOverlay } from "./overlay.js";
import { paintOutput, paintStill } from "./paint.js";
import { listenToKeys, listenToPointer } from "./pointer.js";
import { Pointing } from "./pointing.js";
import { makeScales } from "./scales.js";
import { SumView } from "./sum.js";
import { placeNotes, placeTitles } from "./titles.js";
import { StageTransport } from "./transport.js";
import { describe, summary } from "./words.js";

/** @import { Component, Edit } from "../shared/component.js" */
/** @import { Edited, Local } from "./edits.js" */
/** @import { PlacedGrid } from "./grids.js" */
/** @import { Model } from "./model.js" */
/** @import { StageData, StageMessages } from "./window_stage.js" */

/** The stage's element also says what tests ask for: where each map is, how often data came.
 * @typedef {HTMLElement & { panels?: object[], renders?: number }} Root */

const PREVIEW = 150; // larger outputs than this are shown whole before they are first played
const NARROWEST = 40; // nothing is laid out for less

/** @param {StageData} data  @param {number} channels */
function labelOf({ titles }, channels) {
  const keys = "Space plays, arrow keys step, Home and End jump, Escape lets go";
  return `${titles.input}, ${titles.output}. ${keys}${channels > 1 ? ", square brackets change the channel" : ""}.`;
}

export class Stage extends Pointing {
  /** Numbers of the calls that brought data. */
  token = 0;
  /** @type {PlacedGrid[]} */
  kernelGrids = [];
  /** @type {PlacedGrid[]} */
  inputGrids = [];
  /** @type {Record<Edited, Local | null>} */
  local = { kernel: null, input: null };
  outputCanvas = element("canvas");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #announcing;
  /** @type {Component<StageData, StageMessages>["setStateValue"]} */
  #emit;
  /** Which start cell the page asked for last, as JSON; "" before the first data. */
  #asked = "";
  /** @type {boolean | null} */
  #askedBackward = null;
  #laidOut = 0;
  #ratio = 0;

  /** @param {Component<StageData, StageMessages>} component */
  constructor({ data, parentElement, setStateValue }) {
    /** @type {Root} */
    const root = rootOf(parentElement);
    super(data, parentElement, root.clientWidth);
    this.root = root;
    this.#emit = setStateValue;
    root.replaceChildren();
    root.classList.add("stage");
    root.tabIndex = 0;
    root.setAttribute("role", "group");
    this.maps = addElement(root, "div", "maps");
    this.still = addElement(this.maps, "canvas");
    this.overlay = addElement(this.maps, "canvas", "overlay");
    this.titles = addElement(this.maps, "div", "titles");
    this.grids = addElement(this.maps, "div", "grids");
    const notes = addElement(root, "div", "notes");
    this.fixedNotes = addElement(notes, "div", "fixed");
    this.message = addElement(notes, "div", "ng-message");
    this.message.setAttribute("role", "alert");
    this.sentence = addElement(notes, "div", "sentence");
    this.send = { kernel: this.#sender("kernel"), input: this.#sender("input") };
    this.sumView = new SumView(this);
    this.transport = new StageTransport(this);
    root.append(this.transport.root, this.sumView.root);
    this.live = addElement(root, "div", "sr-only summary");
    this.live.setAttribute("aria-live", "polite");
    listenToPointer(this);
    listenToKeys(this);
    this.sizes = this.#watchSize();
    this.sight = this.#watchSight();
  }

  /** @param {Edited} name */
  #sender(name) {
    return createSender((/** @type {Edit} */ value) => this.#emit(name, value));
  }

  #watchSize() {
    const sizes = new ResizeObserver(() => {
      if (Math.floor(this.root.clientWidth) === this.#laidOut && devicePixelRatio === this.#ratio) return;
      this.relayout();
    });
    sizes.observe(this.root);
    return sizes;
  }

  #watchSight() {
    const sight = new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      if (this.visible) this.resume();
    });
    sight.observe(this.root);
    return sight;
  }

  announce() {
    clearTimeout(this.#announcing);
    this.#announcing = setTimeout(() => setText(this.live, describe(this) || summary(this)), 150);
  }

  paintMoving() {
    paintOverlay(this);
  }

  /** After a change of state: the sum, the controls, the lit cells; the overlay in the next frame. */
  refresh() {
    this.sum = sumOf(this.m, this.shownCell());
    if (this.backward && this.paintedReach !== this.reach()) this.repaint();
    this.sumView.update();
    this.transport.update();
    this.#lightGrids();
    setText(this.sentence, describe(this));
    this.draw();
  }

  repaint() {
    placeTitles(this);
    this.paintedReach = this.reach();
    paintStill(fitCanvas(this.still, this.layout.width, this.layout.height), this);
    paintOutput(this);
    placeKernels(this);
    placeInputs(this);
  }

  #lightGrids() {
    const tap = this.litTap();
    for (const grid of this.kernelGrids) {
      const c = grid.c >= 0 ? grid.c : this.focus;
      grid.view.light(tap && tap.c === c ? [tap.a * this.m.kw + tap.b] : []);
    }
  }

  relayout() {
    const width = Math.floor(this.root.clientWidth);
    if (width < NARROWEST) return;
    this.#laidOut = width;
    this.#ratio = devicePixelRatio;
    this.layout = layoutStage(this.m, this.data, width, this.theme.font);
    this.slide = null;
    this.maps.style.height = `${this.layout.height}px`;
    this.root.panels = this.layout.blocks.flatMap((b) => b.panels);
    this.root.classList.toggle("narrow", this.layout.narrow);
    placeNotes(this.m, this.fixedNotes);
    this.repaint();
    this.refresh();
  }

  toggleBackward() {
    this.backward = !this.backward;
    this.repaint();
    this.refresh();
  }

  /** @param {Component<StageData, StageMessages>} component */
  update({ data, parentElement, setStateValue }) {
    const first = this.#asked === "";
    const old = this.m;
    this.data = data;
    this.theme = readTheme(parentElement);
    this.#emit = setStateValue;
    this.onPin = data.reportCell ? (cell) => setStateValue("cell", cell) : null;
    this.m = readModel(data);
    keepLocalEdits(this);
    this.scales = makeScales(this.m, data, this.theme);
    this.lastReaders = this.m.dx ? lastReaders(this.m) : null;
    this.#dress();
    if (first) this.#begin();
    else this.#goOn(old);
    this.#asked = JSON.stringify(data.startCell);
    this.#fitState(old);
    this.relayout();
    for (const sender of Object.values(this.send)) sender.settled();
    if (first && data.compact && !prefersStill()) {
      this.autoplay = true;
      this.play();
    }
  }

  #dress() {
    const { root, data, theme } = this;
    root.classList.toggle("projector", data.projector);
    root.classList.toggle("compact", data.compact);
    root.style.setProperty("--accent", theme.accent);
    root.style.colorScheme = theme.name;
    root.setAttribute("aria-label", labelOf(data, this.m.C));
  }

  /** The position that the page asks for. */
  #start() {
    const { m, data } = this;
    if (!data.startCell) return 0;
    const [row, column] = data.startCell;
    return Math.min(row, m.OH - 1) * m.OW + Math.min(column, m.OW - 1);
  }

  /** As it was left, else as the page asks. */
  #begin() {
    const { m, data } = this;
    const past = remembered(data.key);
    this.position = Math.min(past?.position ?? this.#start(), m.N - 1);
    this.speed = past && SPEEDS.includes(past.speed) ? past.speed : 1;
    this.loop = past?.loop ?? false;
    this.preview = !past && data.reveal === "auto" && m.N > PREVIEW;
    this.whole = past?.whole ?? (data.reveal === "whole" || this.preview);
    this.walking = past?.walking ?? false;
    this.term = this.walking ? 0 : -1;
  }

  /** At the same cell of the new output; at its end where the old one's was reached.  @param {Model} old */
  #goOn(old) {
    const { m, data } = this;
    if (data.startCell && JSON.stringify(data.startCell) !== this.#asked) {
      this.position = this.#start();
      return;
    }
    const { i, j } = cellAt(old, this.position);
    const finished = this.position === old.N - 1 && old.N > 1;
    this.position = finished ? m.N - 1 : Math.min(i, m.OH - 1) * m.OW + Math.min(j, m.OW - 1);
  }

  /** What the new data leave no room for is let go.  @param {Model} old */
  #fitState(old) {
    const { m, data } = this;
    if (this.#askedBackward !== data.backward) this.backward = data.backward;
    this.#askedBackward = data.backward;
    if (!m.dx) this.backward = false;
    if (m.kind !== "conv") {
      this.walking = false;
      this.term = -1;
    }
    this.term = Math.min(this.term, this.termCount() - 1);
    this.focus = Math.min(this.focus, m.C - 1);
    const sizes = /** @type {const} */ (["OH", "OW", "Hp", "Wp", "C"]);
    if (sizes.every((name) => old[name] === m[name])) return;
    this.hover = null;
    this.pinnedLight = null;
  }

  destroy() {
    this.stop();
    clearTimeout(this.#announcing);
    this.sizes.disconnect();
    this.sight.disconnect();
    for (const sender of Object.values(this.send)) sender.stop();
  }
}
