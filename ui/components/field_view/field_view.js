// A picture with a square on it: what the middle cell of a layer sees. The square grows from layer
// to layer, here, without a message.

import { contextOf, fitCanvas, prefersStill } from "../shared/canvas.js";
import { css, mix } from "../shared/colour.js";
import { addElement, element, rootOf, setText } from "../shared/dom.js";
import { ease } from "../shared/ease.js";
import { hatch } from "../shared/hatch.js";
import { PALETTE } from "../shared/palette.js";
import { pictureButton } from "../shared/take_away.js";
import { parseColour, readTheme } from "../shared/theme.js";
import { Transport } from "../shared/transport.js";
import { SPEEDS, Walk } from "../shared/walk.js";
import { boxBetween, onCanvas, viewBetween, viewOf } from "./view.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place, Theme } from "../shared/theme.js" */
/** @import { Box, View } from "./view.js" */

/** @typedef {{ name: string, box: Box, words: string }} Square */
/**
 * @typedef {object} Data
 * @property {Uint8Array} pixels  (3, rows, columns)
 * @property {number} rows
 * @property {number} columns
 * @property {string} alt
 * @property {Square[]} squares
 * @property {number} at
 * @property {number} epoch
 * @property {Uint8Array | null} heat  (rows, columns)
 * @property {Box | null} reach  the square that holds most of the heat
 * @property {boolean} fixed
 * @property {boolean} projector
 */
/** @typedef {{ step: number }} State */
/** @typedef {{ view: View, box: Box }} Look */

const MOVE = 420; // milliseconds
const STILL = 600; // at rest, before Python hears of it
/** @type {WeakMap<Place, FieldView>} */
const VIEWS = new WeakMap();

class FieldView {
  /** @type {Look | null} */
  #from = null;
  #begun = -Infinity;
  #frame = 0;
  #epoch = "";
  #taken = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #telling;
  /** @type {(step: number) => void} */
  emit = () => {};
  /** @type {HTMLButtonElement[]} */
  buttons = [];
  picture = element("canvas");
  /** @type {HTMLCanvasElement | null} */
  heat = null;

  /** @param {Component<Data, State>} component */
  constructor({ data, parentElement }) {
    this.data = data;
    /** @type {Theme} */
    this.theme = readTheme(parentElement);
    this.root = rootOf(parentElement);
    this.root.replaceChildren();
    this.root.classList.add("field");
    const side = addElement(this.root, "div", "side");
    this.canvas = addElement(side, "canvas");
    this.canvas.setAttribute("role", "img");
    this.walk = new Walk({
      count: () => this.data.squares.length,
      moved: () => this.#moved(),
      changed: () => this.show(),
    });
    const { walk } = this;
    const player = {
      jump: (/** @type {number} */ to) => walk.jump(to),
      step: (/** @type {number} */ by) => walk.step(by),
      toggle: () => walk.toggle(),
      setSpeed: (/** @type {number} */ speed) => walk.setSpeed(speed),
    };
    this.transport = new Transport(player, { short: "layer", long: "layer" }, SPEEDS);
    this.transport.options.append(pictureButton(side));
    side.append(this.transport.root);
    const list = addElement(this.root, "div", "list");
    this.words = addElement(list, "p", "words");
    this.words.setAttribute("aria-live", "polite");
    this.rows = addElement(list, "ol", "rows");
    this.note = addElement(list, "div", "note");
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this.root);
  }

  /** The look of the square that is present.  @returns {Look} */
  get #to() {
    const { box } = this.data.squares[this.walk.position];
    return { view: viewOf(box, this.data.rows, this.data.columns), box };
  }

  /** As it is at this moment.  @returns {Look} */
  get #now() {
    const t = Math.max(0, Math.min(1, (performance.now() - this.#begun) / MOVE));
    const even = ease(t);
    const [from, to] = [this.#from, this.#to];
    if (!from || t >= 1) return to;
    return { view: viewBetween(from.view, to.view, even), box: boxBetween(from.box, to.box, even) };
  }

  #moved() {
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => this.emit(this.walk.position), STILL);
    this.show();
  }

  /** Everything as the walk stands; the square moves there. */
  show() {
    const { walk, data } = this;
    const square = data.squares[walk.position];
    this.#from = this.#last ?? null;
    this.#begun = prefersStill() || !this.#from ? -Infinity : performance.now();
    cancelAnimationFrame(this.#frame);
    this.#tick();
    setText(this.words, square.words);
    this.canvas.setAttribute("aria-label", `${data.alt}. ${square.words}`);
    this.buttons.forEach((button, i) => button.setAttribute("aria-current", String(i === walk.position)));
    this.#reveal(this.buttons[walk.position]);
    this.transport.show({
      position: walk.position,
      last: walk.last,
      playing: walk.playing,
      speed: walk.speed,
      told: `${square.name}: ${square.words}`,
      readout: square.name,
    });
    if (data.fixed)
      for (const control of this.root.querySelectorAll("button, input")) control.toggleAttribute("disabled", true);
  }

  /** Scrolls the list, not the page, so that a row is in sight.  @param {HTMLElement | undefined} button */
  #reveal(button) {
    if (!button) return;
    const { rows } = this;
    const top = button.getBoundingClientRect().top - rows.getBoundingClientRect().top + rows.scrollTop;
    if (top < rows.scrollTop) rows.scrollTop = top;
    else if (top + button.offsetHeight > rows.scrollTop + rows.clientHeight)
      rows.scrollTop = top + button.offsetHeight - rows.clientHeight;
  }

  /** @type {Look | null} */
  #last = null;

  #tick() {
    this.paint();
    if (performance.now() - this.#begun < MOVE) this.#frame = requestAnimationFrame(() => this.#tick());
  }

  paint() {
    const width = this.canvas.parentElement?.clientWidth ?? 0;
    if (width < 20) return;
    const size = Math.min(width, this.data.projector ? 480 : 500);
    const ctx = fitCanvas(this.canvas, size, size);
    const look = this.#now;
    this.#last = look;
    this.#paintPicture(ctx, look, size);
    this.#paintSquare(ctx, look, size);
  }

  /** @param {CanvasRenderingContext2D} ctx  @param {Look} look  @param {number} size */
  #paintPicture(ctx, { view, box }, size) {
    const { rows, columns } = this.data;
    ctx.clearRect(0, 0, size, size);
    const field = onCanvas(box, view, size);
    // What of the field is no picture: zeros that padding put there.
    const stroke = css(parseColour(this.theme.text), 0.33);
    hatch(ctx, field, { stroke, line: 1, step: 8, veil: this.theme.panel });
    const place = onCanvas([0, rows, 0, columns], view, size);
    ctx.imageSmoothingEnabled = place.w < columns;
    ctx.drawImage(this.picture, place.x, place.y, place.w, place.h);
    ctx.fillStyle = css(parseColour(this.theme.surface), 0.62);
    ctx.fill(around(place, field), "evenodd");
    if (!this.heat || performance.now() - this.#begun < MOVE) return;
    ctx.imageSmoothingEnabled = true;
    ctx.drawImage(this.heat, place.x, place.y, place.w, place.h);
    this.#paintReach(ctx, view, size);
  }

  /** @param {CanvasRenderingContext2D} ctx  @param {View} view  @param {number} size */
  #paintReach(ctx, view, size) {
    if (!this.data.reach) return;
    const { x, y, w, h } = onCanvas(this.data.reach, view, size);
    ctx.setLineDash([6, 4]);
    ctx.lineWidth = 2;
    ctx.strokeStyle = this.theme.text;
    ctx.strokeRect(x, y, w, h);
    ctx.setLineDash([]);
  }

  /** @param {CanvasRenderingContext2D} ctx  @param {Look} look  @param {number} size */
  #paintSquare(ctx, { view, box }, size) {
    const { x, y, w, h } = onCanvas(box, view, size);
    ctx.lineWidth = this.data.projector ? 4 : 2.5;
    ctx.strokeStyle = this.theme.accent;
    ctx.strokeRect(x, y, Math.max(3, w), Math.max(3, h));
  }

  /** The list of all squares, as bars; a mark where they become larger than the picture. */
  #buildRows() {
    const { squares, rows } = this.data;
    const sides = squares.map(({ box }) => box[1] - box[0]);
    const most = Math.max(...sides, rows);
    setText(this.note, `pixels across; the upright line: the picture's own ${rows}`);
    this.root.style.setProperty("--picture", `${(100 * rows) / most}%`);
    this.buttons = squares.map(({ name }, i) => {
      const button = element("button", "square");
      button.type = "button";
      addElement(button, "span", "name", name);
      const track = addElement(button, "span", "track");
      addElement(track, "span", "fill").style.width = `${(100 * sides[i]) / most}%`;
      addElement(button, "span", "size", String(sides[i]));
      button.setAttribute("aria-label", `${name}: ${sides[i]} pixels`);
      button.onclick = () => this.walk.jump(i);
      return button;
    });
    const items = this.buttons.map((button) => {
      const item = element("li");
      item.append(button);
      return item;
    });
    this.rows.replaceChildren(...items);
  }

  /** @param {Component<Data, State>} component */
  take({ data, parentElement, setStateValue }) {
    this.data = data;
    this.theme = readTheme(parentElement);
    this.emit = (step) => setStateValue("step", step);
    this.root.style.setProperty("--accent", this.theme.accent);
    this.root.classList.toggle("projector", data.projector);
    this.picture = pictureOf(data);
    this.heat = data.heat ? heatOf(data.heat, data, this.theme) : null;
    const squares = JSON.stringify(data.squares);
    if (squares !== this.#taken) {
      this.#taken = squares;
      this.#buildRows();
      this.#last = null;
    }
    const epoch = `${data.epoch} ${data.squares.length} ${data.squares[0]?.box.join()}`;
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      clearTimeout(this.#telling);
      this.walk.pause();
      this.walk.place(data.at);
    }
    if (this.walk.position !== data.at) this.heat = null; // it is of a square that was left meanwhile
    this.show();
  }

  end() {
    clearTimeout(this.#telling);
    cancelAnimationFrame(this.#frame);
    this.walk.pause();
    this.sizes.disconnect();
  }
}

/** The outer box without the inner one.  @param {{ x: number, y: number, w: number, h: number }} outer
 * @param {{ x: number, y: number, w: number, h: number }} inner */
function around(outer, inner) {
  const path = new Path2D();
  path.rect(outer.x, outer.y, outer.w, outer.h);
  const [x, y] = [Math.max(outer.x, inner.x), Math.max(outer.y, inner.y)];
  const right = Math.min(outer.x + outer.w, inner.x + inner.w);
  const bottom = Math.min(outer.y + outer.h, inner.y + inner.h);
  path.rect(x, y, Math.max(0, right - x), Math.max(0, bottom - y));
  return path;
}

/** @param {number} width  @param {number} height  @param {(n: number, out: Uint8ClampedArray, o: number) => void} colour */
function drawn(width, height, colour) {
  const canvas = element("canvas");
  Object.assign(canvas, { width, height });
  const ctx = contextOf(canvas);
  const image = ctx.createImageData(width, height);
  for (let n = 0; n < width * height; n++) colour(n, image.data, 4 * n);
  ctx.putImageData(image, 0, 0);
  return canvas;
}

/** @param {Data} data */
function pictureOf({ pixels, rows, columns }) {
  const cells = rows * columns;
  return drawn(columns, rows, (n, out, o) => {
    for (let c = 0; c < 3; c++) out[o + c] = pixels[n + c * cells];
    out[o + 3] = 255;
  });
}

/** The stronger, the less of the picture shows through.  @param {Uint8Array} heat  @param {Data} data  @param {Theme} theme */
function heatOf(heat, { rows, columns }, theme) {
  const stops = PALETTE.diverging.gradient[theme.name];
  const [paper, strong] = [parseColour(theme.surface), parseColour(stops[4])];
  return drawn(columns, rows, (n, out, o) => {
    const share = Math.sqrt(heat[n] / 255);
    const colour = mix(paper, strong, Math.min(1, 0.35 + share));
    for (let c = 0; c < 3; c++) out[o + c] = colour[c];
    out[o + 3] = 240 * Math.min(1, 1.8 * share);
  });
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { parentElement } = component;
  const view = VIEWS.get(parentElement) ?? new FieldView(component);
  VIEWS.set(parentElement, view);
  view.take(component);
  return () => {
    view.end();
    VIEWS.delete(parentElement);
  };
}
