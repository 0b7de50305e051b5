// A grid of numbers in the DOM. Read-only it answers to hover, focus and click; editable, a cell
// takes typing (click, Enter or simply a digit; Escape takes it back) and a vertical drag.

import { css, inkOn } from "./colour.js";
import { NumberField } from "./number_field.js";
import { formatNumber } from "./numbers.js";

/** @import { Scale } from "./colour.js" */

/**
 * @typedef {object} View  what a grid shows
 * @property {number} rows
 * @property {number} cols
 * @property {ArrayLike<number>} values  row by row
 * @property {boolean} [editable]
 * @property {boolean} [ghost]  a clear sheet over cells that are drawn below it
 * @property {boolean} [numbers]  false: colours alone
 * @property {number} [decimals]
 * @property {string | null} [blank]  stands in place of every number
 * @property {boolean} [gaps]  a cell may be empty: its number is NaN then
 * @property {number} [step]  of a drag, and of Page Up and Page Down
 * @property {number} [limit]
 * @property {number} cellWidth
 * @property {number} cellHeight
 * @property {number} font
 * @property {Scale} scale
 * @property {string[] | null} [hues]  of the marks below the numbers
 * @property {string} [label]
 * @property {(row: number, column: number) => string} [cellName]
 */
/**
 * @typedef {object} Handlers
 * @property {(index: number | null) => void} [onHover]
 * @property {(index: number) => void} [onPin]
 * @property {(message: string) => void} [onMessage]
 * @property {(index: number, value: number, phase: "drag" | "commit", values: number[]) => void} [onChange]
 */
/** @typedef {{ index: number, y: number, value: number, moved: boolean, step: number }} Drag */

const PIXELS_A_STEP = 8; // of a drag
const LIMIT = 9999;

/** Without more binary digits than a person typed.  @param {number} value  @param {number} step */
function snapped(value, step) {
  return Math.round(Math.round(value / step) * step * 1e6) / 1e6;
}

/** @param {number} rows  @param {number} cols  @returns {[HTMLElement[], HTMLElement[]]}  lines, and their cells */
function buildCells(rows, cols) {
  /** @type {HTMLElement[]} */
  const cells = [];
  const lines = Array.from({ length: rows }, (_, a) => {
    const line = document.createElement("div");
    line.setAttribute("role", "row");
    line.style.display = "contents";
    for (let b = 0; b < cols; b++) {
      const cell = document.createElement("div");
      cell.className = "ng-cell";
      cell.setAttribute("role", "gridcell");
      cell.dataset.index = String(a * cols + b);
      if (a === 0) cell.dataset.firstRow = "";
      if (b === 0) cell.dataset.firstColumn = "";
      cell.append(document.createElement("span"));
      line.append(cell);
      cells.push(cell);
    }
    return line;
  });
  return [lines, cells];
}

export class NumberGrid {
  /** @type {HTMLElement[]} */
  #cells = [];
  /** @type {number[]} */
  #values = [];
  #active = 0;
  /** @type {{ index: number, field: NumberField } | null} */
  #editing = null;
  /** @type {Drag | null} */
  #drag = null;
  /** @type {View} */
  #view = { rows: 0, cols: 0, values: [], cellWidth: 0, cellHeight: 0, font: 0, scale: () => [0, 0, 0] };
  #handlers;

  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
    this.element = document.createElement("div");
    this.element.className = "ng";
    this.element.setAttribute("role", "grid");
    this.#listen();
  }

  /** Whether a person is at a number: then what comes from outside waits. */
  get busy() {
    return this.#typing || this.#drag !== null;
  }

  get #typing() {
    return this.#editing?.field.open ?? false;
  }

  /** @param {View} view */
  update(view) {
    const same = view.rows === this.#view.rows && view.cols === this.#view.cols;
    this.#view = view;
    this.#values = Array.from(view.values);
    if (!same || this.#cells.length !== view.rows * view.cols) this.#build();
    const { element } = this;
    element.classList.toggle("ghost", Boolean(view.ghost));
    element.dataset.editable = String(Boolean(view.editable));
    element.setAttribute("aria-label", view.label ?? "numbers");
    element.setAttribute("aria-readonly", String(!view.editable));
    element.style.gridTemplateColumns = `repeat(${view.cols}, ${view.cellWidth}px)`;
    element.style.gridAutoRows = `${view.cellHeight}px`;
    element.style.fontSize = `${view.font}px`;
    this.#cells.forEach((_, index) => this.#paintCell(index));
  }

  /** @param {number[]} indices  of the cells that are marked; all others are not */
  light(indices) {
    this.#cells.forEach((cell, index) => cell.classList.toggle("lit", indices.includes(index)));
  }

  close() {
    this.#stopEditing(false);
  }

  #build() {
    this.#stopEditing(false);
    const [lines, cells] = buildCells(this.#view.rows, this.#view.cols);
    this.element.replaceChildren(...lines);
    this.#cells = cells;
    this.#active = Math.min(this.#active, cells.length - 1);
  }

  /** @param {number} index */
  #isEmpty(index) {
    return Boolean(this.#view.gaps) && Number.isNaN(this.#values[index]);
  }

  /** @param {number} index */
  #text(index) {
    if (this.#isEmpty(index)) return "";
    return this.#view.blank ?? formatNumber(this.#values[index], this.#view.decimals ?? 0);
  }

  /** @param {number} index */
  #name(index) {
    const { cols, cellName } = this.#view;
    const [row, column] = [Math.floor(index / cols), index % cols];
    return cellName ? cellName(row, column) : `${row}, ${column}`;
  }

  /** @param {number} index */
  #paintCell(index) {
    const view = this.#view;
    const cell = this.#cells[index];
    const empty = this.#isEmpty(index);
    if (empty) {
      cell.style.background = "none";
      cell.style.color = "inherit";
    } else if (!view.ghost) {
      const colour = view.scale(this.#values[index]);
      cell.style.background = css(colour);
      cell.style.color = inkOn(colour);
    }
    cell.style.setProperty("--hue", view.hues ? view.hues[index] : "transparent");
    const [number] = cell.children;
    number.textContent = view.numbers === false ? "" : this.#text(index);
    cell.setAttribute("aria-label", `${this.#name(index)} ${empty ? "is empty" : `= ${this.#text(index)}`}`);
    cell.tabIndex = index === this.#active ? 0 : -1;
  }

  /** @param {number} index  @param {number} value  @param {"drag" | "commit"} phase */
  #setValue(index, value, phase) {
    this.#values[index] = value;
    this.#paintCell(index);
    this.#handlers.onChange?.(index, value, phase, this.#values.slice());
  }

  /** @param {number} index  @param {string | null} initial */
  #startEditing(index, initial = null) {
    this.#stopEditing(true);
    const { limit = LIMIT, gaps } = this.#view;
    const question = { name: this.#name(index), shown: this.#text(index), initial, limit, gaps };
    const field = new NumberField(this.#cells[index], question, {
      say: (message) => this.#handlers.onMessage?.(message),
      take: (value) => this.#setValue(index, value, "commit"),
      leave: (step) => {
        const to = index + step;
        if (to < 0 || to >= this.#cells.length) return false;
        this.#focusCell(to);
        return true;
      },
    });
    this.#editing = { index, field };
  }

  /** @param {boolean} commit */
  #stopEditing(commit) {
    this.#editing?.field.close(commit);
    this.#editing = null;
  }

  /** @param {number} index */
  #focusCell(index) {
    this.#cells[this.#active].tabIndex = -1;
    this.#active = index;
    this.#cells[index].tabIndex = 0;
    this.#cells[index].focus();
  }

  /** @param {Event} event */
  #indexOf(event) {
    const cell = event.target instanceof Element ? event.target.closest(".ng-cell") : null;
    return cell instanceof HTMLElement ? Number(cell.dataset.index) : -1;
  }

  /** @param {{ shiftKey: boolean, altKey: boolean }} event */
  #stepSize(event) {
    const base = this.#view.step ?? (this.#view.decimals ? 0.1 : 1);
    return event.shiftKey ? base * 10 : event.altKey ? base / 10 : base;
  }

  #listen() {
    const { element } = this;
    element.onpointerdown = (event) => this.#takeHold(event);
    element.onpointermove = (event) => this.#move(event);
    element.onpointerup = (event) => this.#letGo(event);
    element.onpointercancel = () => this.#cancelDrag();
    element.onpointerleave = () => {
      if (!this.#drag) this.#handlers.onHover?.(null);
    };
    element.onkeydown = (event) => this.#press(event);
    // These two have no property to assign to.
    element.addEventListener("focusin", (event) => {
      const index = this.#indexOf(event);
      const byKey = this.#cells[index]?.matches(":focus-visible");
      if (byKey && !this.#typing) this.#handlers.onHover?.(index);
    });
    element.addEventListener("focusout", () => {
      if (!this.busy) this.#handlers.onHover?.(null);
    });
  }

  /** @param {PointerEvent} event */
  #takeHold(event) {
    const index = this.#indexOf(event);
    if (index < 0 || (this.#typing && this.#editing?.index === index)) return;
    this.#stopEditing(true);
    if (this.#view.editable && event.button === 0) {
      const value = this.#isEmpty(index) ? 0 : this.#values[index];
      this.#drag = { index, y: event.clientY, value, moved: false, step: this.#stepSize(event) };
      this.element.setPointerCapture(event.pointerId);
      event.preventDefault();
    }
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (this.#drag) {
      this.#dragTo(this.#drag, event.clientY);
      return;
    }
    const index = this.#indexOf(event);
    if (event.pointerType !== "touch") this.#handlers.onHover?.(index < 0 ? null : index);
  }

  /** @param {Drag} drag  @param {number} y */
  #dragTo(drag, y) {
    const steps = Math.trunc((drag.y - y) / PIXELS_A_STEP);
    if (steps !== 0) drag.moved = true;
    if (!drag.moved) return;
    const limit = this.#view.limit ?? LIMIT;
    const value = Math.max(-limit, Math.min(limit, snapped(drag.value + steps * drag.step, drag.step)));
    if (value !== this.#values[drag.index]) this.#setValue(drag.index, value, "drag");
  }

  /** @param {PointerEvent} event */
  #letGo(event) {
    const drag = this.#drag;
    this.#drag = null;
    if (drag?.moved) {
      this.#handlers.onChange?.(drag.index, this.#values[drag.index], "commit", this.#values.slice());
      return;
    }
    const index = drag ? drag.index : this.#indexOf(event);
    if (index < 0 || this.#typing) return;
    this.#active = index;
    this.#choose(index);
  }

  #cancelDrag() {
    const drag = this.#drag;
    this.#drag = null;
    if (drag?.moved) this.#setValue(drag.index, drag.value, "commit");
  }

  /** @param {number} index */
  #choose(index) {
    if (this.#view.editable) this.#startEditing(index);
    else this.#handlers.onPin?.(index);
  }

  /** The cell that a key leads to from another one.  @param {string} key  @param {number} index */
  #neighbour(key, index) {
    const { rows, cols } = this.#view;
    const [row, column] = [Math.floor(index / cols), index % cols];
    /** @type {Record<string, number>} */
    const to = {
      ArrowLeft: index - Number(column > 0),
      ArrowRight: index + Number(column < cols - 1),
      ArrowUp: row > 0 ? index - cols : index,
      ArrowDown: row < rows - 1 ? index + cols : index,
      Home: 0,
      End: rows * cols - 1,
    };
    return to[key];
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const index = this.#indexOf(event);
    if (index < 0 || event.ctrlKey || event.metaKey) return;
    if (this.#walk(event, index) || this.#edit(event, index)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** @param {KeyboardEvent} event  @param {number} index  @returns {boolean}  whether it was its key */
  #walk(event, index) {
    const target = this.#neighbour(event.key, index);
    if (target !== undefined) this.#focusCell(target);
    else if (event.key === "Enter") this.#choose(index);
    else return false;
    return true;
  }

  /** @param {KeyboardEvent} event  @param {number} index  @returns {boolean}  whether it was its key */
  #edit(event, index) {
    const { key } = event;
    if (!this.#view.editable) return false;
    if (key === "PageUp" || key === "PageDown") {
      const step = this.#stepSize(event);
      const moved = (this.#isEmpty(index) ? 0 : this.#values[index]) + (key === "PageUp" ? step : -step);
      this.#setValue(index, snapped(moved, step), "commit");
    } else if (this.#view.gaps && (key === "Delete" || key === "Backspace")) {
      this.#setValue(index, NaN, "commit");
    } else if (/^[0-9.,\-−]$/.test(key)) {
      this.#startEditing(index, key);
    } else {
      return false;
    }
    return true;
  }
}
