// Where everything stands: blocks to scale along one line, branches one above another, what is
// skipped over in an arc. Pure arithmetic; paint.js draws it.

import { isOpen } from "./tree.js";

/** @import { Tree } from "./tree.js" */

/** @typedef {"block" | "thin" | "join" | "frame" | "arc" | "input"} Role */
/**
 * @typedef {object} Box  in pixels, y downwards
 * @property {number} node  −1: the input
 * @property {Role} role
 * @property {number} x
 * @property {number} y
 * @property {number} w
 * @property {number} h
 * @property {number} depth  of the frames around it
 */
/** @typedef {{ from: string, to: string }} Edge  from the right of one box to the left of another, by key */
/**
 * @typedef {object} Scene
 * @property {Map<string, Box>} boxes  what lies below first
 * @property {Edge[]} edges
 * @property {number} width
 * @property {number} height
 */
/**
 * @typedef {object} Sizes
 * @property {number} tallest  the height of the largest map
 * @property {number} least  no block is lower
 * @property {number} letter  the width of a letter under a block
 * @property {number} line  the height of a line there
 */

/** @type {Record<string, Role>} */
const ROLES = { thin: "thin", sum: "join", stack: "join" };
const THIN = 5;
const JOIN = 16;
const GAP = 14; // between what follows one another
const TIGHT = 3; // before what works on each number alone
const FAN = 26; // where lines spread to branches
const PAD = 10; // inside of a frame
const RISE = 20; // of an arc above what it skips
const BETWEEN = 12; // branches

/** What a node takes: its width, and how far it reaches above and below the line.
 * @typedef {{ w: number, up: number, down: number }} Extent */

/** The width of a block: proportional to the logarithm of its channels.  @param {number} channels */
export function widthOf(channels) {
  return 6 + 4 * Math.log2(Math.max(1, channels));
}

/** The height of a block: its map's, to scale.
 * @param {number[]} shape  @param {number} side  of the largest map  @param {Sizes} sizes */
export function heightOf(shape, side, sizes) {
  const rows = shape.length === 3 ? shape[1] : 1;
  return Math.max(sizes.least, (sizes.tallest * rows) / side);
}

/** A layer's key among the boxes.  @param {number} node */
export const keyOf = (node) => `b${node}`;

/** Lays one network out. */
export class Layout {
  /** @type {Map<string, Box>} */
  #boxes = new Map();
  /** @type {Edge[]} */
  #edges = [];
  /** @type {Map<number, Extent>} */
  #extents = new Map();

  /**
   * @param {Tree} tree
   * @param {ReadonlySet<number>} open
   * @param {number[]} input  its shape
   * @param {Sizes} sizes
   */
  constructor(tree, open, input, sizes) {
    this.tree = tree;
    this.open = open;
    this.input = input;
    this.sizes = sizes;
    this.side = Math.max(...(input.length === 3 ? input.slice(1) : [1]));
  }

  /** @returns {Scene} */
  scene() {
    const { sizes, tree } = this;
    const start = { w: 22, half: heightOf(this.input, this.side, sizes) / 2 };
    const row = this.#rowExtent(0);
    const up = Math.max(row.up, start.half) + 14;
    const down = Math.max(row.down, start.half + 2 * sizes.line) + 6;
    this.#box("input", { node: -1, role: "input", x: 8, y: up - start.half, w: start.w, h: 2 * start.half, depth: 0 });
    this.#placeRow(tree.parts[0], 8 + start.w + GAP + 12, up, 0, ["input"]);
    return {
      boxes: this.#boxes,
      edges: this.#edges,
      width: 8 + start.w + GAP + 12 + row.w + 12,
      height: up + down,
    };
  }

  /** @param {string} key  @param {Box} box */
  #box(key, box) {
    this.#boxes.set(key, box);
    return key;
  }

  /** Nothing but a block under its name, or a strip.  @param {number} node  @returns {Extent} */
  #blockExtent(node) {
    const { columns } = this.tree;
    const role = this.#role(node);
    if (role === "join") return { w: JOIN, up: JOIN / 2, down: JOIN / 2 };
    const half = heightOf(columns.shape[node], this.side, this.sizes) / 2;
    if (role === "thin") return { w: THIN, up: half, down: half };
    const words = this.labelOf(node);
    const wide = Math.max(...words.map((text) => text.length)) * this.sizes.letter;
    const folds = columns.times[node] > 1 ? 6 : 0;
    const w = Math.max(this.#blockWidth(node) + folds, wide);
    return { w, up: half + folds, down: half + 4 + words.length * this.sizes.line };
  }

  /** @param {number} node */
  #blockWidth(node) {
    return widthOf(this.tree.columns.shape[node][0]);
  }

  /** What stands under a block.  @param {number} node  @returns {string[]} */
  labelOf(node) {
    const { columns } = this.tree;
    const shape = columns.shape[node].join("×");
    if (columns.parent[node] === 0 || columns.opens[node]) {
      const times = columns.times[node] > 1 ? ` × ${columns.times[node]}` : "";
      return [`${columns.title[node]}${times}`, shape];
    }
    return [columns.kernel[node].split(",")[0] || columns.title[node], shape];
  }

  /** @param {number} node  @returns {Role} */
  #role(node) {
    return ROLES[this.tree.columns.kind[node]] ?? "block";
  }

  /** @param {number} node  @returns {Extent} */
  #extent(node) {
    const known = this.#extents.get(node);
    if (known) return known;
    const found = isOpen(this.tree, this.open, node) ? this.#openExtent(node) : this.#blockExtent(node);
    this.#extents.set(node, found);
    return found;
  }

  /** @param {number} node  @returns {Extent} */
  #openExtent(node) {
    const { columns } = this.tree;
    const inner = this.#innerExtent(node);
    if (!columns.opens[node]) return inner;
    const head = this.sizes.line + 4;
    const wide = columns.title[node].length * this.sizes.letter + 2 * PAD + 20;
    return { w: Math.max(inner.w + 2 * PAD, wide), up: inner.up + PAD + head, down: inner.down + PAD };
  }

  /** @param {number} node  @returns {Extent} */
  #innerExtent(node) {
    const layout = this.tree.columns.layout[node];
    if (layout === "branches") return this.#branchesExtent(node);
    if (layout === "residual") return this.#residualExtent(node);
    return this.#rowExtent(node);
  }

  /** @param {number} node  @returns {Extent} */
  #rowExtent(node) {
    const extent = { w: 0, up: 0, down: 0 };
    this.tree.parts[node].forEach((part, i) => {
      const { w, up, down } = this.#extent(part);
      extent.w += w + (i ? this.#gap(part) : 0);
      extent.up = Math.max(extent.up, up);
      extent.down = Math.max(extent.down, down);
    });
    return extent;
  }

  /** @param {number} part */
  #gap(part) {
    return this.#role(part) === "thin" ? TIGHT : GAP;
  }

  /** @param {number} node  @returns {Extent} */
  #branchesExtent(node) {
    const bodies = this.tree.parts[node].slice(0, -1).map((part) => this.#extent(part));
    const tall = bodies.reduce((sum, { up, down }) => sum + up + down + BETWEEN, -BETWEEN);
    return { w: Math.max(...bodies.map(({ w }) => w)) + 2 * FAN + JOIN, up: tall / 2, down: tall / 2 };
  }

  /** @param {number} node  @returns {Extent} */
  #residualExtent(node) {
    const parts = this.tree.parts[node].map((part) => this.#extent(part));
    const [body] = parts;
    const w = Math.max(...parts.slice(0, -1).map((part) => part.w)) + 2 * FAN + JOIN;
    if (parts.length === 2) return { w, up: body.up + RISE, down: body.down };
    const shortcut = parts[1];
    return { w, up: body.up + BETWEEN + shortcut.up + shortcut.down, down: body.down };
  }

  /** Returns the keys of what the next in the row is joined to.
   * @param {number[]} parts  @param {number} x  @param {number} y  of the line
   * @param {number} depth  @param {string[]} before  @returns {string[]} */
  #placeRow(parts, x, y, depth, before) {
    let last = before;
    parts.forEach((part, i) => {
      x += i ? this.#gap(part) : 0;
      last = this.#place(part, x, y, depth, last);
      x += this.#extent(part).w;
    });
    return last;
  }

  /** @param {number} node  @param {number} x  @param {number} y  @param {number} depth
   * @param {string[]} before  @returns {string[]} */
  #place(node, x, y, depth, before) {
    if (!isOpen(this.tree, this.open, node)) return [this.#placeBlock(node, x, y, depth, before)];
    if (!this.tree.columns.opens[node]) return this.#placeInner(node, x, y, depth, before);
    const { w, up, down } = this.#extent(node);
    this.#box(keyOf(node), { node, role: "frame", x, y: y - up, w, h: up + down, depth });
    return this.#placeInner(node, x + PAD, y, depth + 1, before);
  }

  /** @param {number} node  @param {number} x  @param {number} y  @param {number} depth
   * @param {string[]} before */
  #placeBlock(node, x, y, depth, before) {
    const extent = this.#extent(node);
    const role = this.#role(node);
    const w = role === "block" ? this.#blockWidth(node) : extent.w;
    const h = role === "join" ? JOIN : heightOf(this.tree.columns.shape[node], this.side, this.sizes);
    const at = { x: x + (extent.w - w) / 2, y: y - h / 2, w, h };
    const key = this.#box(keyOf(node), { node, role, ...at, depth });
    for (const from of before) this.#edges.push({ from, to: key });
    return key;
  }

  /** @param {number} node  @param {number} x  @param {number} y  @param {number} depth
   * @param {string[]} before  @returns {string[]} */
  #placeInner(node, x, y, depth, before) {
    const parts = this.tree.parts[node];
    const layout = this.tree.columns.layout[node];
    if (layout === "row") return this.#placeRow(parts, x, y, depth, before);
    const bodies = parts.slice(0, -1);
    const wide = Math.max(...bodies.map((part) => this.#extent(part).w));
    const join = x + wide + 2 * FAN;
    const ends =
      layout === "branches"
        ? this.#placeBranches(bodies, x + FAN, y, depth, before, wide)
        : this.#placeResidual(node, bodies, x + FAN, y, depth, before, join);
    return [this.#placeBlock(parts[parts.length - 1], join, y, depth, ends)];
  }

  /** @param {number[]} bodies  @param {number} x  @param {number} y  @param {number} depth
   * @param {string[]} before  @param {number} wide  @returns {string[]} */
  #placeBranches(bodies, x, y, depth, before, wide) {
    const extents = bodies.map((part) => this.#extent(part));
    const tall = extents.reduce((sum, { up, down }) => sum + up + down + BETWEEN, -BETWEEN);
    let top = y - tall / 2;
    return bodies.flatMap((part, i) => {
      const { w, up, down } = extents[i];
      const ends = this.#place(part, x + (wide - w) / 2, top + up, depth, before);
      top += up + down + BETWEEN;
      return ends;
    });
  }

  /** The body on the line; above it what the input passes, or an arc for the input itself.
   * @param {number} node  @param {number[]} bodies  @param {number} x  @param {number} y
   * @param {number} depth  @param {string[]} before  @param {number} join  @returns {string[]} */
  #placeResidual(node, bodies, x, y, depth, before, join) {
    const [body, shortcut] = bodies;
    const ends = this.#place(body, x, y, depth, before);
    const { up, w } = this.#extent(body);
    if (shortcut === undefined) {
      const box = { x: x - FAN + 4, y: y - up - RISE + 6, w: join - x + FAN - 4 + JOIN / 2, h: up + RISE - 6 };
      this.#box(`a${node}`, { node, role: "arc", ...box, depth });
      return ends;
    }
    const extent = this.#extent(shortcut);
    const line = y - up - BETWEEN - extent.down;
    return [...ends, ...this.#place(shortcut, x + (w - extent.w) / 2, line, depth, before)];
  }
}
