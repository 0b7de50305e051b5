// One magnifier over two pictures. Pointing, keys and touch move it here, without a message; only
// a pin is told to Python.

import { fitCanvas } from "../shared/canvas.js";
import { addElement, element, rootOf, setText } from "../shared/dom.js";
import { nextSequence } from "../shared/sender.js";
import { pictureButton } from "../shared/take_away.js";
import { readTheme } from "../shared/theme.js";
import { layoutLens } from "./layout.js";
import { pixelsOf, readLens, strongest, windowOf } from "./model.js";
import { Numbers } from "./numbers.js";
import { paintLens, paintPictures } from "./paint.js";
import { inputPicture, outputColour, outputPicture } from "./picture.js";
import { listenToKeys, listenToPointer } from "./pointer.js";
import { hintWords, lensWords, whereWords } from "./words.js";

/** @import { Component, Packed } from "../shared/component.js" */
/** @import { Place, Theme } from "../shared/theme.js" */
/** @import { Layout } from "./layout.js" */
/** @import { Cell, Model } from "./model.js" */
/** @import { Painter } from "./picture.js" */

/** @typedef {{ token: string, type: "u8" | "f4", data: Uint8Array | Float32Array | null }} Pixels  null: sent before */
/**
 * @typedef {object} Data
 * @property {[number, number, number]} size  channels, rows, columns of the picture
 * @property {Pixels} pixels
 * @property {Packed[]} kernels  one, or two that are combined
 * @property {Packed | null} first  a kernel that went over the picture before
 * @property {number} stride
 * @property {[number, number, number, number]} sides  padding: top, bottom, left, right
 * @property {"zeros" | "reflect" | "replicate"} fill
 * @property {"sum" | "each"} channels
 * @property {"one" | "magnitude" | "direction"} combine
 * @property {[number, number, number]} output  planes, rows, columns
 * @property {Uint8Array} planes
 * @property {"signed" | "magnitude" | "clipped" | "direction"} kind
 * @property {number} limit  what the strongest byte stands for
 * @property {{ input: string, output: string }} titles
 * @property {[number, number] | null} pinned
 * @property {number} epoch
 * @property {boolean} fixed  a task holds the pin
 * @property {number} height
 * @property {boolean} projector
 */
/** @typedef {{ cell: [number, number] | null, want: { token: string, sequence: number } }} State */
/** @typedef {{ input: HTMLCanvasElement, output: HTMLCanvasElement }} Pictures */

/** @type {WeakMap<Place, Lens>} */
const LENSES = new WeakMap();
const SAID_AFTER = 500; // ms

export class Lens {
  pinned = false;
  /** The channel that is shown where there is room for one. */
  focus = 0;
  /** Numbers of the calls that brought data. */
  token = 0;
  #frame = 0;
  #ratio = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #announcing;

  /** @param {Component<Data, State>} component  @param {Uint8Array | Float32Array} pixels */
  constructor({ data, parentElement, setStateValue }, pixels) {
    this.data = data;
    /** @type {Theme} */
    this.theme = readTheme(parentElement);
    /** @type {Model} */
    this.m = readLens(data, pixels);
    /** @type {Layout} */
    this.layout = layoutLens(this.m, data, 320);
    /** @type {Pictures} */
    this.pictures = { input: inputPicture(this.m), output: outputPicture(this.m, this.theme) };
    /** @type {Painter} */
    this.colour = outputColour(this.m, this.theme);
    /** The cell of the result under the magnifier.  @type {Cell} */
    this.cell = strongest(this.m);
    this.window = windowOf(this.m, this.cell);
    /** @type {(cell: [number, number] | null) => void} */
    this.tell = (cell) => setStateValue("cell", cell);
    /** @type {HTMLElement & { panels?: object, renders?: number }} What tests ask for, too. */
    this.root = rootOf(parentElement);
    const { root } = this;
    root.replaceChildren();
    root.classList.add("lens");
    root.tabIndex = 0;
    root.setAttribute("role", "application");
    this.maps = addElement(root, "div", "maps");
    this.still = addElement(this.maps, "canvas");
    this.overlay = addElement(this.maps, "canvas", "overlay");
    this.titles = addElement(this.maps, "div", "titles");
    const notes = addElement(root, "div", "notes");
    this.place = addElement(notes, "span", "place");
    this.hint = addElement(notes, "span", "hint");
    notes.append(pictureButton(root));
    this.live = addElement(root, "div", "sr-only");
    this.live.setAttribute("aria-live", "polite");
    this.numbers = new Numbers(this);
    this.root.insertBefore(this.numbers.root, this.live);
    listenToPointer(this);
    listenToKeys(this);
    this.sizes = new ResizeObserver(() => {
      if (Math.floor(this.root.clientWidth) !== this.layout.width || devicePixelRatio !== this.#ratio) this.relayout();
    });
    this.sizes.observe(this.root);
  }

  /** The magnifier goes to a cell.  @param {Cell} cell */
  look(cell) {
    if (this.pinned && this.data.fixed) return;
    const i = Math.min(this.m.OH - 1, Math.max(0, cell.i));
    const j = Math.min(this.m.OW - 1, Math.max(0, cell.j));
    if (this.cell.i === i && this.cell.j === j) return;
    this.#lookAt({ i, j });
  }

  /** @param {Cell} cell */
  #lookAt(cell) {
    this.cell = cell;
    this.window = windowOf(this.m, cell);
    this.draw();
  }

  /** @param {Cell} cell */
  pin(cell) {
    if (this.data.fixed) return;
    this.look(cell);
    this.pinned = true;
    this.tell([this.cell.i, this.cell.j]);
    this.draw();
  }

  /** False where nothing was pinned. */
  release() {
    if (!this.pinned || this.data.fixed) return false;
    this.pinned = false;
    this.tell(null);
    this.draw();
    return true;
  }

  /** @param {number} c */
  setFocus(c) {
    this.focus = c;
    this.draw();
  }

  draw() {
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#frame = 0;
    paintLens(fitCanvas(this.overlay, this.layout.width, this.layout.height), this, this.window);
    this.numbers.update();
    setText(this.place, whereWords(this.m, this.window));
    setText(this.hint, hintWords(this.pinned, this.data.fixed));
    this.root.classList.toggle("pinned", this.pinned);
    clearTimeout(this.#announcing);
    this.#announcing = setTimeout(() => setText(this.live, lensWords(this.m, this.window)), SAID_AFTER);
  }

  relayout() {
    const width = Math.floor(this.root.clientWidth);
    if (width < 40) return;
    this.#ratio = devicePixelRatio;
    this.layout = layoutLens(this.m, this.data, width);
    this.maps.style.height = `${this.layout.height}px`;
    this.root.classList.toggle("narrow", this.layout.narrow);
    this.root.panels = { input: this.layout.input, output: this.layout.output };
    placeTitles(this);
    paintPictures(fitCanvas(this.still, this.layout.width, this.layout.height), this);
    this.draw();
  }

  /**
   * @param {Component<Data, State>} component  @param {Uint8Array | Float32Array} pixels
   * @param {Data | null} old  what was shown before
   */
  update({ data, parentElement, setStateValue }, pixels, old) {
    this.tell = (cell) => setStateValue("cell", cell);
    this.data = data;
    this.theme = readTheme(parentElement);
    this.m = readLens(data, pixels);
    const samePicture = old?.pixels.token === data.pixels.token;
    const input = samePicture ? this.pictures.input : inputPicture(this.m);
    this.pictures = { input, output: outputPicture(this.m, this.theme) };
    this.colour = outputColour(this.m, this.theme);
    this.focus = Math.min(this.focus, this.m.C - 1);
    this.#dress();
    this.#lookAt(inside(this.m, this.#nextCell(old, samePicture)));
    this.relayout();
  }

  #dress() {
    const { root, data, theme, m } = this;
    root.classList.toggle("projector", data.projector);
    root.style.setProperty("--accent", theme.accent);
    const titles = `${data.titles.input} and ${data.titles.output}`;
    const pins = data.fixed ? "" : ", Enter pins, Escape lets go";
    const keys = `Arrow keys move it, with Shift by ten${pins}`;
    const more = m.C > 1 ? ", square brackets change the channel" : "";
    root.setAttribute("aria-label", `${titles} under one magnifier. ${keys}${more}.`);
  }

  /** Where the magnifier goes with new data.  @param {Data | null} old  @param {boolean} samePicture  @returns {Cell} */
  #nextCell(old, samePicture) {
    const { data, m } = this;
    if (!old || old.epoch !== data.epoch || data.fixed !== old.fixed) {
      this.pinned = Boolean(data.pinned);
      if (data.pinned) return { i: data.pinned[0], j: data.pinned[1] };
      return old ? this.cell : strongest(m);
    }
    if (old.size.join() === data.size.join() && samePicture) return samePlace(this.cell, old, data);
    return this.pinned ? this.cell : strongest(m);
  }

  destroy() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#announcing);
    this.sizes.disconnect();
  }
}

/** @param {Model} m  @param {Cell} cell  @returns {Cell} */
function inside(m, { i, j }) {
  return { i: Math.min(m.OH - 1, Math.max(0, i)), j: Math.min(m.OW - 1, Math.max(0, j)) };
}

/** The same place of the picture when the stride or the padding changes.
 * @param {Cell} cell  @param {Data} old  @param {Data} data  @returns {Cell} */
function samePlace(cell, old, data) {
  /** @param {number} place  @param {0 | 2} side  @param {number} k  of the kernel */
  const middle = (place, side, k) => place * old.stride - old.sides[side] + (k - 1) / 2;
  /** @param {number} place  @param {0 | 2} side  @param {number} k */
  const back = (place, side, k) => Math.round((place + data.sides[side] - (k - 1) / 2) / data.stride);
  const [kh, kw] = old.kernels[0].shape;
  const [h, w] = data.kernels[0].shape;
  return { i: back(middle(cell.i, 0, kh), 0, h), j: back(middle(cell.j, 2, kw), 2, w) };
}

/** ", padding 1", or what there is before and after.  @param {Data["sides"]} sides */
function aroundWords(sides) {
  if (!sides.some(Boolean)) return "";
  /** @param {number} before  @param {number} after */
  const words = (before, after) => (before === after ? String(before) : `${before} before and ${after} after`);
  const [down, across] = [words(sides[0], sides[1]), words(sides[2], sides[3])];
  return `, padding ${down === across ? down : `${down} down, ${across} across`}`;
}

/** @param {Lens} lens */
function placeTitles({ m, data, layout, titles }) {
  const size = (/** @type {number} */ rows, /** @type {number} */ cols) => `${cols} × ${rows}`;
  const depth = (/** @type {number} */ n) => (n === 3 ? " × 3 channels" : "");
  const stride = m.stride > 1 ? `, stride ${m.stride}` : "";
  const about = {
    input: size(m.H, m.W) + depth(m.C) + aroundWords(data.sides),
    output: size(m.OH, m.OW) + depth(m.P) + stride,
  };
  titles.replaceChildren(
    .../** @type {const} */ (["input", "output"]).map((name) => {
      const box = element("div", "title");
      box.style.left = `${layout[name].left}px`;
      box.style.top = `${layout[name].top - layout.size.head}px`;
      box.append(element("b", "", data.titles[name]), element("span", "", about[name]));
      return box;
    }),
  );
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const known = LENSES.get(parentElement);
  const pixels = pixelsOf(data.pixels);
  if (!pixels) setStateValue("want", { token: data.pixels.token, sequence: nextSequence() });
  const lens = known ?? (pixels ? new Lens(component, pixels) : null);
  if (!lens) return undefined; // until they come there is nothing to show
  LENSES.set(parentElement, lens);
  const token = ++lens.token;
  if (pixels) lens.update(component, pixels, known ? known.data : null); // else what is there stays
  lens.root.renders = token;
  return () => {
    if (lens.token !== token) return; // a newer call has taken over
    lens.destroy();
    LENSES.delete(parentElement);
  };
}
