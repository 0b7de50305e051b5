// The table in step with the diagram: a tree grid of which only the rows in sight exist.

import { addElement, element, setText } from "../shared/dom.js";
import { isOpen, kindOf } from "./tree.js";
import { bytes, fieldText, grouped, percent, shapeText, short } from "./words.js";

/** @import { Tree } from "./tree.js" */

/** @typedef {{ node: number, depth: number }} Row */
/**
 * @typedef {object} Column
 * @property {string} title
 * @property {string} name  its class
 * @property {(tree: Tree, node: number) => string} text
 * @property {(tree: Tree, node: number) => number} [bar]  the number that its bar is as long as
 */
/**
 * @typedef {object} Shown
 * @property {Tree} tree
 * @property {Row[]} rows
 * @property {ReadonlySet<number>} open
 * @property {number} selected
 * @property {number} pointed
 * @property {Column[]} columns
 * @property {string} label
 */

const MORE = 6; // rows beyond what is in sight

/** @type {Column[]} */
export const FACTS = [
  { title: "After it", name: "shape", text: ({ columns }, node) => shapeText(columns.shape[node]) },
  { title: "Kernel", name: "kernel", text: ({ columns }, node) => columns.kernel[node] },
  { title: "Parameters", name: "number", text: ({ columns }, node) => counted(columns.parameters[node]) },
  { title: "Multiply–adds", name: "number", text: ({ columns }, node) => counted(columns.multiplyAdds[node]) },
  { title: "One cell sees", name: "field", text: ({ columns }, node) => fieldText(columns.field[node]) },
];

/** @param {number} value */
const counted = (value) => (value ? grouped(value) : "–");

/**
 * The columns of the bars; seconds where they were measured.
 * @param {number[] | null} seconds  of each node
 * @returns {Column[]}
 */
export function bars(seconds) {
  /** @type {Column[]} */
  const found = [
    {
      title: "Parameters",
      name: "bar",
      text: ({ columns }, i) => share(columns.parameters[i], columns.parameters[0]),
      bar: ({ columns }, i) => columns.parameters[i],
    },
    {
      title: "Multiply–adds",
      name: "bar",
      text: ({ columns }, i) => share(columns.multiplyAdds[i], columns.multiplyAdds[0]),
      bar: ({ columns }, i) => columns.multiplyAdds[i],
    },
    {
      title: "Its outputs in memory",
      name: "bar memory",
      text: ({ columns }, i) => (columns.cells[i] ? bytes(columns.cells[i]) : "–"),
      bar: ({ columns }, i) => columns.cells[i],
    },
  ];
  if (!seconds) return found;
  const time = {
    title: "Measured time",
    name: "bar time",
    text: (/** @type {Tree} */ _tree, /** @type {number} */ i) =>
      seconds[i] ? `${(1000 * seconds[i]).toFixed(1)} ms` : "–",
    bar: (/** @type {Tree} */ _tree, /** @type {number} */ i) => seconds[i],
  };
  return [...found, time];
}

/** @param {number} part  @param {number} whole */
const share = (part, whole) => (part ? `${percent(part, whole)} · ${short(part)}` : "–");

/** Whether its parts stand below it in the table.  @param {Shown} shown  @param {number} node */
const isAround = ({ tree, open }, node) => isOpen(tree, open, node);

/** The longest bar of a column among what is seen and not open.  @param {Shown} shown  @param {Column} column */
function longest(shown, column) {
  const closed = shown.rows.filter(({ node }) => !isAround(shown, node));
  return Math.max(1e-9, ...closed.map(({ node }) => column.bar?.(shown.tree, node) ?? 0));
}

export class Table {
  /** @type {Map<number, HTMLElement>} */
  #made = new Map();
  /** @type {Shown | null} */
  #shown = null;
  #drawn = "";
  /** @type {number[]} */
  #most = [];

  /**
   * @param {HTMLElement} parent
   * @param {{ select: (node: number) => void, toggle: (node: number) => void, point: (node: number) => void,
   *   keydown: (event: KeyboardEvent) => void }} does
   */
  constructor(parent, does) {
    this.does = does;
    this.root = addElement(parent, "div", "table");
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "treegrid");
    this.head = addElement(this.root, "div", "row head");
    this.head.setAttribute("role", "row");
    this.body = addElement(this.root, "div", "body");
    this.body.setAttribute("role", "rowgroup");
    this.root.onscroll = () => this.#fill();
    this.root.onkeydown = (event) => does.keydown(event);
    this.body.onclick = (event) => {
      const target = event.target instanceof Element ? event.target : null;
      const row = target?.closest(".row");
      if (!(row instanceof HTMLElement)) return;
      const node = Number(row.dataset.node);
      does.select(node);
      if (target?.closest(".fold")) does.toggle(node);
    };
    this.body.ondblclick = (event) => {
      const row = event.target instanceof Element ? event.target.closest(".row") : null;
      if (row instanceof HTMLElement) does.toggle(Number(row.dataset.node));
    };
    this.body.onpointermove = (event) => {
      const row = event.target instanceof Element ? event.target.closest(".row") : null;
      does.point(row instanceof HTMLElement ? Number(row.dataset.node) : -1);
    };
    this.body.onpointerleave = () => does.point(-1);
  }

  /** The height of a row, as its style says.  @returns {number} */
  get #step() {
    return Number.parseFloat(getComputedStyle(this.root).getPropertyValue("--row")) || 32;
  }

  /** @param {Shown} shown */
  show(shown) {
    const columns = shown.columns.map((column) => column.title).join();
    this.#shown = shown;
    this.#most = shown.columns.map((column) => longest(shown, column));
    if (columns !== this.#drawn) this.#drawHead(shown, columns);
    this.root.setAttribute("aria-label", shown.label);
    this.root.setAttribute("aria-rowcount", String(shown.rows.length + 1));
    this.body.style.height = `${shown.rows.length * this.#step}px`;
    this.#fill();
  }

  /** @param {Shown} shown  @param {string} columns */
  #drawHead(shown, columns) {
    this.#drawn = columns;
    this.#made.forEach((row) => row.remove());
    this.#made.clear();
    this.root.style.setProperty("--columns", String(shown.columns.length));
    this.root.classList.toggle("bars", Boolean(shown.columns[0].bar));
    const cells = [{ title: "Layer", name: "name" }, ...shown.columns].map(({ title, name }) => {
      const cell = element("div", `cell ${name}`, title);
      cell.setAttribute("role", "columnheader");
      return cell;
    });
    this.head.replaceChildren(...cells);
  }

  /** Scrolls so that the row of a node is in sight.  @param {number} node */
  reveal(node) {
    const at = this.#shown?.rows.findIndex((row) => row.node === node) ?? -1;
    if (at < 0) return;
    const step = this.#step;
    const [top, room] = [at * step, this.root.clientHeight - this.head.offsetHeight];
    if (top < this.root.scrollTop) this.root.scrollTop = top;
    else if (top + step > this.root.scrollTop + room) this.root.scrollTop = top + step - room;
    this.#fill();
  }

  /** Makes the rows that are in sight, and the selected one; takes all others away. */
  #fill() {
    const shown = this.#shown;
    if (!shown) return;
    const step = this.#step;
    const first = Math.max(0, Math.floor(this.root.scrollTop / step) - MORE);
    const last = Math.min(shown.rows.length, Math.ceil((this.root.scrollTop + this.root.clientHeight) / step) + MORE);
    const chosen = shown.rows.findIndex(({ node }) => node === shown.selected);
    const wanted = new Set(Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i));
    if (chosen >= 0) wanted.add(chosen);
    const nodes = new Set([...wanted].map((at) => shown.rows[at].node));
    for (const [node, row] of this.#made) {
      if (nodes.has(node)) continue;
      row.remove();
      this.#made.delete(node);
    }
    for (const at of wanted) this.#update(shown, at, step);
    const active = chosen >= 0 ? this.#made.get(shown.selected)?.id : undefined;
    if (active) this.root.setAttribute("aria-activedescendant", active);
    else this.root.removeAttribute("aria-activedescendant");
  }

  /** @param {Shown} shown  @param {number} at  @param {number} step */
  #update(shown, at, step) {
    const { node, depth } = shown.rows[at];
    const row = this.#made.get(node) ?? this.#make(shown, node);
    row.style.transform = `translateY(${at * step}px)`;
    row.style.setProperty("--depth", String(depth));
    row.setAttribute("aria-rowindex", String(at + 2));
    row.setAttribute("aria-level", String(depth + 1));
    row.setAttribute("aria-selected", String(node === shown.selected));
    row.classList.toggle("pointed", node === shown.pointed);
    const { opens } = shown.tree.columns;
    if (opens[node]) row.setAttribute("aria-expanded", String(shown.open.has(node)));
    const fold = row.querySelector(".fold");
    if (fold) setText(fold, opens[node] ? (shown.open.has(node) ? "▾" : "▸") : "");
    if (shown.columns[0].bar) this.#measure(shown, row, node);
  }

  /** Bars as long as their share of the longest.  @param {Shown} shown  @param {HTMLElement} row  @param {number} node */
  #measure(shown, row, node) {
    const around = isAround(shown, node);
    row.querySelectorAll(".fill").forEach((fill, i) => {
      const length = shown.columns[i].bar?.(shown.tree, node) ?? 0;
      if (fill instanceof HTMLElement) fill.style.width = around ? "0" : `${(100 * length) / this.#most[i]}%`;
    });
  }

  /** @param {Shown} shown  @param {number} node */
  #make(shown, node) {
    const { columns } = shown.tree;
    const row = addElement(this.body, "div", "row");
    row.id = `row-${node}`;
    row.dataset.node = String(node);
    row.setAttribute("role", "row");
    const name = addElement(row, "div", "cell name");
    name.setAttribute("role", "gridcell");
    const fold = addElement(name, "span", "fold");
    fold.setAttribute("aria-hidden", "true");
    const times = columns.times[node] > 1 ? ` × ${columns.times[node]}` : "";
    addElement(name, "span", "title", `${columns.title[node]}${times}`);
    addElement(name, "span", "what", columns.words[node]);
    for (const column of shown.columns) {
      const cell = addElement(row, "div", `cell ${column.name}`);
      cell.setAttribute("role", "gridcell");
      if (column.bar) addElement(addElement(cell, "div", "track"), "div", `fill ${kindOf(shown.tree, node)}`);
      addElement(cell, "span", "text", column.text(shown.tree, node));
    }
    this.#made.set(node, row);
    return row;
  }
}
