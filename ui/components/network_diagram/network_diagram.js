// A network as a picture and as a table, in step: what is opened, pointed at or chosen in one is so
// in the other. Python sends the network once; opening and closing needs no message, but Python
// hears what has come to be open, for the link.

import { fitCanvas, prefersStill } from "../shared/canvas.js";
import { addElement, element, rootOf, setText } from "../shared/dom.js";
import { held } from "../shared/kept.js";
import { ease } from "../shared/ease.js";
import { nextSequence } from "../shared/sender.js";
import { pictureButton } from "../shared/take_away.js";
import { readTheme } from "../shared/theme.js";
import { hit, moved, pressed } from "./input.js";
import { keyOf, Layout } from "./layout.js";
import { at, moves } from "./motion.js";
import { colourOf, paint } from "./paint.js";
import { bars, FACTS, Table } from "./table.js";
import { allOpen, ancestors, closable, shownFor, treeOf, visibleRows } from "./tree.js";
import { drawTotals } from "./totals.js";
import { sentence } from "./words.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place, Theme } from "../shared/theme.js" */
/** @import { Scene, Sizes } from "./layout.js" */
/** @import { Move } from "./motion.js" */
/** @import { Total } from "./totals.js" */
/** @import { Columns } from "./tree.js" */
/**
 * @typedef {object} Data
 * @property {Columns} network
 * @property {string} name
 * @property {number[]} input  its shape
 * @property {number} chosen  −1: none
 * @property {number[]} open
 * @property {number} epoch  grows when they were set from elsewhere
 * @property {"diagram" | "bars"} view
 * @property {Total[]} totals  bars of the whole network
 * @property {number[] | null} seconds  measured, of each node
 * @property {boolean} fixed  a task holds what is chosen
 * @property {boolean} projector
 */
/** @typedef {{ chosen: number, open: number[], held: string[], sequence: number }} Told */
/** @typedef {{ place: Told }} State */

const MOVE = 380; // milliseconds
const STILL = 250; // after a move, before Python hears of it: its answer would fall into the move
/** @type {WeakMap<Place, Diagram>} */
const DIAGRAMS = new WeakMap();

class Diagram {
  /** @type {Set<number>} */
  open = new Set();
  chosen = -1;
  pointed = -1;
  left = 0;
  #epoch = "";
  #frame = 0;
  #begun = 0;
  /** @type {Move[]} */
  #moves = [];
  /** @type {Scene | null} */
  scene = null;
  /** @type {ReturnType<Layout["labelOf"]>[]} */
  #labels = [];
  /** @type {(told: Told) => void} */
  emit = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #telling;
  #taken = "";
  #tallest = 0;

  /** @param {Component<Data, State>} component */
  constructor({ data, parentElement }) {
    this.data = data;
    this.tree = treeOf(data.network);
    /** @type {Theme} */
    this.theme = readTheme(parentElement);
    this.root = rootOf(parentElement);
    this.root.replaceChildren();
    this.root.classList.add("network");
    this.picture = addElement(this.root, "div", "picture");
    this.spacer = addElement(this.picture, "div", "spacer");
    this.canvas = addElement(this.spacer, "canvas");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-roledescription", "diagram of a network");
    this.totals = addElement(this.root, "div", "totals");
    this.foot = addElement(this.root, "div", "foot");
    this.#buildFoot();
    this.words = addElement(this.root, "p", "words");
    this.words.setAttribute("aria-live", "polite");
    this.table = new Table(this.root, {
      select: (node) => this.choose(node),
      toggle: (node) => this.toggle(node),
      point: (node) => this.point(node),
      keydown: (event) => this.key(event),
    });
    this.#listen();
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.root);
  }

  #buildFoot() {
    const legend = addElement(this.foot, "span", "legend");
    for (const [kind, name] of [
      ["conv", "convolution"],
      ["dense", "dense"],
      ["pool", "pooling"],
    ]) {
      const entry = addElement(legend, "span", `entry ${kind}`);
      entry.append(element("i", kind), name);
    }
    const buttons = addElement(this.foot, "span", "buttons");
    const button = (/** @type {string} */ text, /** @type {() => void} */ does) => {
      const made = addElement(buttons, "button", "quiet", text);
      made.type = "button";
      made.onclick = does;
      return made;
    };
    this.opener = button("Open all", () => this.#setOpen(allOpen(this.tree)));
    this.closer = button("Close all", () => this.#setOpen(new Set()));
    buttons.append(pictureButton(this.picture));
  }

  #listen() {
    this.picture.onscroll = () => {
      this.left = this.picture.scrollLeft;
      this.paint();
    };
    this.canvas.onpointermove = (event) => {
      if (event.pointerType !== "touch") this.point(hit(this, event));
    };
    this.canvas.onpointerleave = () => this.point(-1);
    this.canvas.onclick = (event) => pressed(this, hit(this, event));
    this.canvas.onkeydown = (event) => this.key(event);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (moved(this, event.key)) event.preventDefault();
  }

  /** Every row that is seen. */
  get rows() {
    return visibleRows(this.tree, this.open);
  }

  /** @param {number} node */
  point(node) {
    if (node === this.pointed) return;
    this.pointed = node;
    this.canvas.style.cursor = node >= 0 ? "pointer" : "";
    this.#say();
    this.#fillTable();
    this.paint();
  }

  /** @param {number} node */
  choose(node) {
    if (this.data.fixed || node === this.chosen) return;
    this.chosen = node;
    this.#say();
    this.#fillTable();
    this.table.reveal(node);
    this.reveal(node);
    this.paint();
    this.#tell();
  }

  /** @param {number} node */
  toggle(node) {
    if (!this.tree.columns.opens[node]) return;
    const open = new Set(this.open);
    if (open.has(node)) {
      open.delete(node);
      // What is hidden inside is closed, too: opened again, it shows one level.
      for (const one of open) if (ancestors(this.tree, one).includes(node)) open.delete(one);
    } else open.add(node);
    this.#setOpen(open);
    this.reveal(node);
  }

  /** One level out: what is open around the chosen node closes.  @returns {boolean} */
  out() {
    const node = closable(this.tree, this.open, this.chosen);
    if (node < 0) return false;
    this.toggle(node);
    return true;
  }

  /** @param {Set<number>} open */
  #setOpen(open) {
    if (this.data.fixed) return;
    const before = this.open;
    this.open = open;
    if (this.chosen >= 0) this.chosen = shownFor(this.tree, open, this.chosen);
    this.#arrange(before);
    this.#say();
    this.#fillTable();
    this.#tell();
  }

  #tell() {
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => {
      const { chosen } = this;
      this.emit({ chosen, open: [...this.open], held: held(), sequence: nextSequence() });
    }, MOVE + STILL);
  }

  /** @returns {Sizes} */
  get #measures() {
    const big = this.data.projector;
    return { tallest: big ? 150 : 124, least: 9, letter: big ? 8.6 : 6.8, line: big ? 20 : 16 };
  }

  /** Lays out what is open now; moves there from what was open before.  @param {Set<number> | null} before */
  #arrange(before) {
    const old = this.scene;
    const layout = new Layout(this.tree, this.open, this.data.input, this.#measures);
    const scene = layout.scene();
    this.#labels = this.tree.columns.parent.map((_, node) => layout.labelOf(node));
    this.scene = scene;
    const still = !old || !before || prefersStill();
    this.#moves = moves(still ? scene : old, still ? this.open : before, scene, this.open, this.tree);
    this.#begun = still ? -Infinity : Infinity; // it begins with the next frame: this one lays out
    this.#room(Math.max(scene.width, still || !old ? 0 : old.width), scene.height);
    cancelAnimationFrame(this.#frame);
    this.paint();
    this.#frame = requestAnimationFrame((now) => {
      if (!still) this.#begun = now;
      this.#tick();
    });
  }

  /** Room for the picture: as high as it has been, so that nothing below it jumps while blocks open and close.
   * @param {number} width  @param {number} height */
  #room(width, height) {
    this.#tallest = Math.max(this.#tallest, Math.ceil(height));
    this.spacer.style.width = `${Math.ceil(width)}px`;
    this.spacer.style.height = `${this.#tallest}px`;
  }

  #tick() {
    this.paint();
    if (this.#progress < 1) this.#frame = requestAnimationFrame(() => this.#tick());
    else if (this.scene) this.#room(this.scene.width, this.scene.height);
  }

  get #progress() {
    return Math.max(0, Math.min(1, (performance.now() - this.#begun) / MOVE));
  }

  /** The boxes as they stand at this moment. */
  get boxes() {
    return at(this.#moves, ease(this.#progress));
  }

  /** Scrolls so that a node is in sight.  @param {number} node */
  reveal(node) {
    const box = this.scene?.boxes.get(keyOf(node));
    if (!box) return;
    const room = this.picture.clientWidth;
    const [left, right] = [box.x - 24, Math.min(box.x + box.w + 24, box.x - 24 + room)];
    const to = left < this.left ? left : right > this.left + room ? right - room : this.left;
    if (to !== this.left) this.picture.scrollTo({ left: to, behavior: prefersStill() ? "auto" : "smooth" });
  }

  paint() {
    const { scene } = this;
    const width = this.picture.clientWidth;
    if (!scene || width < 20 || this.data.view === "bars") return;
    const height = this.spacer.clientHeight;
    const ctx = fitCanvas(this.canvas, width, height);
    paint(
      ctx,
      this.boxes,
      scene.edges,
      { left: this.left, width, height },
      {
        theme: this.theme,
        tree: this.tree,
        label: (node) => this.#labels[node],
        font: this.data.projector ? 16 : 13,
        line: this.#measures.line,
        selected: this.chosen,
        pointed: this.pointed,
        left: this.left,
      },
    );
  }

  draw() {
    this.paint();
    this.#fillTable();
  }

  #fillTable() {
    this.table.show({
      tree: this.tree,
      rows: this.rows,
      open: this.open,
      selected: this.chosen,
      pointed: this.pointed,
      columns: this.data.view === "bars" ? bars(this.data.seconds) : FACTS,
      label: `The layers of ${this.data.name}`,
    });
  }

  #say() {
    const node = this.pointed >= 0 ? this.pointed : this.chosen;
    const open = this.open.has(node) ? "Click or Enter closes it." : "Click or Enter opens it.";
    const nothing = "Click a block to open it; the arrow keys go from one to the next, Enter opens, Escape closes.";
    setText(this.words, node >= 0 ? sentence(this.tree, node, open) : nothing);
    const count = this.tree.parts[0].length;
    const chosen = this.chosen >= 0 ? ` Chosen: ${sentence(this.tree, this.chosen, open)}` : "";
    this.canvas.setAttribute(
      "aria-label",
      `${this.data.name}, ${count} blocks from left to right. ${nothing}${chosen}`,
    );
  }

  /** @param {Component<Data, State>} component */
  take({ data, parentElement, setStateValue }) {
    const fresh = this.data.network !== data.network;
    this.data = data;
    this.theme = readTheme(parentElement);
    this.emit = (told) => setStateValue("place", told);
    if (fresh) this.tree = treeOf(data.network);
    const epoch = `${data.epoch} ${data.name}`;
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.open = new Set(data.open);
      this.chosen = data.chosen < 0 ? -1 : shownFor(this.tree, this.open, data.chosen);
      this.pointed = -1;
      this.left = this.picture.scrollLeft = 0;
      this.scene = null;
      this.#tallest = 0;
    }
    this.root.classList.toggle("projector", data.projector);
    this.root.classList.toggle("only-bars", data.view === "bars");
    for (const kind of ["conv", "dense", "pool"]) this.root.style.setProperty(`--${kind}`, colourOf(kind, this.theme));
    for (const button of [this.opener, this.closer]) button?.toggleAttribute("disabled", data.fixed);
    // What was only heard by Python is drawn already, and may be on its way.
    const taken = [epoch, data.projector, data.view, this.theme.name, data.fixed, String(data.seconds)].join();
    if (taken === this.#taken) return;
    this.#taken = taken;
    drawTotals(this.totals, data.totals);
    this.#arrange(null);
    this.#say();
    this.#fillTable();
    if (this.chosen >= 0) {
      this.table.reveal(this.chosen);
      this.reveal(this.chosen);
    }
  }

  end() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#telling);
    this.sizes.disconnect();
  }
}

/** @typedef {Diagram} NetworkDiagram */

/** @param {Component<Data, State>} component */
export default function (component) {
  const { parentElement } = component;
  const diagram = DIAGRAMS.get(parentElement) ?? new Diagram(component);
  DIAGRAMS.set(parentElement, diagram);
  diagram.take(component);
  return () => {
    diagram.end();
    DIAGRAMS.delete(parentElement);
  };
}
