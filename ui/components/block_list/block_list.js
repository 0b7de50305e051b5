// The blocks of a network in a column. Python holds the blocks; what is changed here is sent, and
// drawn when it comes back. A block is moved by dragging its handle, or with the arrow keys on it.

import { element, rootOf } from "../shared/dom.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place } from "../shared/theme.js" */

/** @typedef {Record<string, string | number | null>} Block  its kind and its settings by name, as Python keeps it */
/** @typedef {{ name: string, label: string, value: number, lo: number, hi: number, step: number }} Field */
/**
 * @typedef {object} Line  one of the column: the input, a block, the output
 * @property {string} title
 * @property {string} words
 * @property {number[]} shape  of what leaves it
 * @property {Field[]} fields
 * @property {boolean} fixed  it cannot be moved or removed
 * @property {string} problem  "" where there is none
 */
/**
 * @typedef {object} Data
 * @property {Block[]} blocks
 * @property {Line[]} lines  the input, one a block, the output
 * @property {Record<string, { title: string, block: Block }>} fresh  what can be added, by kind
 * @property {number} most
 * @property {boolean} fixed  a task holds the blocks
 * @property {string} total
 * @property {boolean} projector
 */
/** @typedef {{ blocks: Block[] }} State */
/** @typedef {[number, string]} Focus  which block, and which control of it */
/**
 * @typedef {object} List
 * @property {HTMLElement} box
 * @property {Data} data
 * @property {HTMLElement[]} lines
 * @property {HTMLElement[]} rows  the lines of the blocks
 * @property {string} drawn  the data that are drawn
 * @property {Focus | null} focus  what shall have it when the answer is drawn
 * @property {string | null} kind  chosen to be added
 * @property {(blocks: Block[]) => void} emit
 */

/** @type {WeakMap<Place, List>} */
const LISTS = new WeakMap();

/** A shape as a small picture: maps as a stack of squares, a vector as a bar.  @param {number[]} shape */
function glyph(shape) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("width", "48");
  svg.setAttribute("height", "38");
  svg.setAttribute("aria-hidden", "true");
  /** @param {number} x  @param {number} y  @param {number} w  @param {number} h  @param {number} alpha */
  const rect = (x, y, w, h, alpha) => {
    const r = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [k, v] of Object.entries({ x, y, width: w, height: h, rx: 1 })) r.setAttribute(k, String(v));
    r.setAttribute("fill", "var(--st-background-color)");
    r.setAttribute("stroke", "currentColor");
    r.setAttribute("stroke-opacity", String(alpha));
    svg.append(r);
  };
  if (shape.length === 3) {
    const [c, h, w] = shape;
    const sheets = Math.min(7, 1 + Math.floor(Math.log2(c)));
    const tall = Math.max(4, Math.min(26, h * 0.9));
    const wide = Math.max(4, Math.min(26, w * 0.9));
    for (let i = sheets - 1; i >= 0; i--) rect(3 + i * 2.6, 31 - tall - i * 1.4 + 3, wide, tall, i ? 0.45 : 0.9);
  } else if (shape.length === 1) {
    rect(12, 2, 6, Math.max(6, Math.min(34, 5 * Math.log2(shape[0] + 1) * 0.75)), 0.9);
  }
  return svg;
}

/** @param {string} text  @param {string} className  @param {string} label  @param {(() => void) | null} onclick */
function button(text, className, label, onclick) {
  const made = element("button", className, text);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  made.onclick = onclick;
  return made;
}

/** @param {List} list  @param {Block[]} blocks  @param {Focus} focus */
function send(list, blocks, focus) {
  list.focus = focus;
  list.emit(blocks);
}

/** @param {List} list  @param {number} from  @param {number} to */
function moved(list, from, to) {
  const blocks = [...list.data.blocks];
  if (to < 0 || to >= blocks.length || to === from) return;
  blocks.splice(to, 0, ...blocks.splice(from, 1));
  send(list, blocks, [to, "handle"]);
}

/** @param {List} list  @param {number} i  @param {Field} field */
function numberField(list, i, field) {
  const label = element("label", "", field.label);
  const input = element("input");
  input.type = "number";
  input.dataset.name = field.name;
  const { lo: min, hi: max, step } = field;
  Object.assign(input, { min, max, step, value: field.value });
  input.inputMode = field.step < 1 ? "decimal" : "numeric";
  input.onchange = () => {
    const typed = Math.min(field.hi, Math.max(field.lo, Number(input.value)));
    const { lo: least, step: by } = field;
    const value = Number.isInteger(by) ? least + Math.round((typed - least) / by) * by : typed;
    if (input.value === "" || !Number.isFinite(value) || value === field.value) {
      input.value = String(field.value);
      return;
    }
    input.value = String(value);
    const blocks = list.data.blocks.map((b, j) => (j === i ? { ...b, [field.name]: value } : b));
    send(list, blocks, [i, field.name]);
  };
  label.append(input);
  return label;
}

/** @param {List} list  @param {number} i  @param {string} title */
function dragHandle(list, i, title) {
  const handle = button("⠿", "handle", `Move ${title}, block ${i + 1}: drag, or press arrow up or down`, null);
  handle.dataset.name = "handle";
  handle.onkeydown = (event) => {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!by) return;
    event.preventDefault();
    moved(list, i, i + by);
  };
  handle.onpointerdown = (event) => {
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    list.rows[i].classList.add("carried");
    let to = i;
    handle.onpointermove = (move) => {
      const middles = list.rows.map((r) => r.getBoundingClientRect()).map((b) => b.top + b.height / 2);
      const gap = middles.filter((m) => m < move.clientY).length;
      to = gap > i ? gap - 1 : gap;
      list.lines.forEach((line, j) => line.classList.toggle("target", to !== i && j === gap + 1));
    };
    handle.onpointerup = handle.onpointercancel = (end) => {
      handle.onpointermove = handle.onpointerup = handle.onpointercancel = null;
      list.lines.forEach((line) => line.classList.remove("target", "carried"));
      if (end.type === "pointerup") moved(list, i, to);
    };
  };
  return handle;
}

/** @param {List} list  @param {Line} line  @param {number} i */
function drawLine(list, line, i) {
  const row = element("div", "line");
  row.setAttribute("role", "listitem");
  const name = element("div");
  name.append(element("b", "", line.title), element("span", "words", line.words));
  const fields = element("div", "fields");
  fields.append(...line.fields.map((field) => numberField(list, i, field)));
  if (line.fixed) row.append(element("span"), glyph(line.shape), name, fields);
  else {
    const away = button("Remove", "away", `Remove ${line.title}, block ${i + 1}`, () =>
      send(
        list,
        list.data.blocks.filter((_, j) => j !== i),
        [Math.max(0, i - 1), "handle"],
      ),
    );
    row.append(dragHandle(list, i, line.title), glyph(line.shape), name, fields, away);
  }
  if (line.problem) row.append(element("div", "problem", line.problem));
  return row;
}

/** @param {List} list */
function drawAdder(list) {
  const { fresh, blocks, most, total } = list.data;
  const box = element("div", "add");
  const select = element("select");
  select.setAttribute("aria-label", "Kind of block to add");
  for (const [kind, { title }] of Object.entries(fresh)) select.append(new Option(title, kind));
  select.value = list.kind ?? select.value;
  select.onchange = () => (list.kind = select.value);
  const add = button("Add block", "", "", () =>
    send(list, [...blocks, fresh[select.value].block], [blocks.length, "handle"]),
  );
  add.disabled = blocks.length >= most;
  add.title = add.disabled ? `At most ${most} blocks.` : "";
  box.append(select, add, element("span", "total", total));
  return box;
}

/** What had the focus before, or what was moved.  @param {List} list  @returns {Focus | null} */
function focused(list) {
  const here = /** @type {Document | ShadowRoot} */ (list.box.getRootNode()).activeElement;
  const row = list.rows.findIndex((r) => r.contains(here));
  return row >= 0 && here instanceof HTMLElement && here.dataset.name ? [row, here.dataset.name] : null;
}

/** @param {List} list */
function drawList(list) {
  const focus = list.focus ?? focused(list);
  list.focus = null;
  list.lines = list.data.lines.map((line, j) => drawLine(list, line, j - 1));
  list.rows = list.lines.slice(1, -1);
  const column = element("div");
  column.setAttribute("role", "list");
  column.append(...list.lines);
  list.box.replaceChildren(column, drawAdder(list));
  if (!focus) return;
  const [row, name] = focus;
  const control = list.rows[row]?.querySelector(`[data-name="${name}"]`);
  if (control instanceof HTMLElement) control.focus();
}

/** Nothing of it can be changed.  @param {List} list */
function lock(list) {
  for (const control of list.box.querySelectorAll("input, select, button")) control.toggleAttribute("disabled", true);
}

/** @param {Component<Data, State>} component  @returns {List} */
function newList({ data, parentElement }) {
  const box = rootOf(parentElement);
  box.className = "root list";
  return { box, data, lines: [], rows: [], drawn: "", focus: null, kind: null, emit: () => {} };
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const list = LISTS.get(parentElement) ?? newList(component);
  LISTS.set(parentElement, list);
  list.emit = (blocks) => setStateValue("blocks", blocks);
  const drawn = JSON.stringify(data);
  if (list.drawn !== drawn) {
    list.drawn = drawn;
    list.data = data;
    drawList(list);
    if (data.fixed) lock(list);
  }
  return () => void LISTS.delete(parentElement);
}
