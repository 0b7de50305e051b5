// A matrix: its cells to type into, its size, and a field for a whole one in any form.

import { rootOf } from "../shared/dom.js";
import { createSender, nextSequence } from "../shared/sender.js";
import { readTheme } from "../shared/theme.js";
import { paintGrids } from "./grids.js";
import { paintNotes } from "./notes.js";
import { buildParts, paintSizes } from "./parts.js";
import { resized, stepOf } from "./sizes.js";

/** @import { Kind } from "../shared/colour.js" */
/** @import { Component } from "../shared/component.js" */
/** @import { Place, Theme } from "../shared/theme.js" */
/** @import { Channel } from "./grids.js" */
/** @import { Parts } from "./parts.js" */

/** @typedef {number[]} Size  channels, rows, columns */
/** @typedef {{ size: Size, values: number[] }} Matrix */
/** @typedef {{ line: string, more: string }} Note */
/** @typedef {boolean | null} Mark  whether a cell is right; null: it is empty */
/**
 * @typedef {object} Data
 * @property {string} title
 * @property {Size | null} size  null: there is no matrix yet
 * @property {Float64Array | null} values
 * @property {Size} most
 * @property {Kind | "grey"} kind
 * @property {boolean} editable
 * @property {number} each  channels of a filter; 0: they are no filters
 * @property {boolean} gaps  whether cells may be empty: NaN
 * @property {string} said  of the text
 * @property {boolean} wrong
 * @property {Mark[] | null} right  cell by cell, once it was checked
 * @property {Note[]} notes
 * @property {number} sequence  of the newest change that Python has seen
 * @property {number} epoch
 * @property {boolean} projector
 */
/** @typedef {{ text: string } | Matrix} Change */
/** @typedef {Change & { sequence: number }} Edit */
/** @typedef {{ edit: Edit }} State */
/**
 * @typedef {Parts & {
 *   data: Data,
 *   theme: Theme,
 *   channels: Channel[],
 *   cells: number[],
 *   local: Matrix | null,
 *   sequence: number,
 *   epoch: number | null,
 *   width: number,
 *   token: number,
 *   shownNotes: string,
 *   change: (values: number[]) => void,
 *   emit: (edit: Edit) => void,
 *   sender: ReturnType<typeof createSender<Edit>>,
 *   observer: ResizeObserver,
 * }} Field  `local`: a change that Python has not seen yet
 */

/** @type {WeakMap<Place, Field>} */
const FIELDS = new WeakMap();
const LONGEST = 20001; // Python says so where a text is longer than it reads

/** @param {Field} field  @param {Change} edit */
function send(field, edit) {
  field.sequence = nextSequence();
  field.sender.push({ sequence: field.sequence, ...edit });
}

/**
 * A cell or the size was changed by hand: the text no longer is what is shown.
 * @param {Field} field  @param {Size} size  @param {number[]} values
 */
function change(field, size, values) {
  field.local = { size, values };
  field.text.value = "";
  send(field, { size, values });
  paint(field);
}

/** @param {Component<Data, State>} component */
function create({ data, parentElement }) {
  const root = rootOf(parentElement);
  /** @param {number} axis  @param {number} by */
  const resize = (axis, by) => {
    const fresh = field.data.gaps ? NaN : 0;
    const { size, values } = shown(field) ?? { size: [1, 2, 2], values: new Array(4).fill(fresh) };
    const step = by * stepOf(field.data, axis);
    const to = size.map((n, at) => (at === axis ? Math.max(1, Math.min(field.data.most[at], n + step)) : n));
    change(field, to, resized(values, size, to, fresh));
  };
  const write = () => {
    field.local = null;
    send(field, { text: field.text.value.slice(0, LONGEST) });
  };
  /** @type {Field} */
  const field = {
    ...buildParts(root, { resize, write }),
    data,
    theme: readTheme(parentElement),
    channels: [],
    cells: [],
    local: null,
    sequence: 0,
    epoch: null,
    width: 0,
    token: 0,
    shownNotes: "[]",
    change: (values) => {
      const matrix = shown(field);
      if (matrix) change(field, matrix.size, values);
    },
    emit: () => {},
    sender: createSender((edit) => field.emit(edit)),
    observer: new ResizeObserver(() => {
      if (root.clientWidth !== field.width) paint(field);
    }),
  };
  field.observer.observe(root);
  return field;
}

/** @param {Field} field  @returns {Matrix | null} */
function shown(field) {
  if (field.local) return field.local;
  const { size, values } = field.data;
  return size && values && { size, values: Array.from(values) };
}

/** @param {Field} field */
function paint(field) {
  field.width = field.root.clientWidth;
  const matrix = shown(field);
  paintSizes(field, matrix);
  paintGrids(field, matrix);
  paintNotes(field, Boolean(field.local));
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const field = FIELDS.get(parentElement) ?? create(component);
  FIELDS.set(parentElement, field);
  const token = ++field.token;
  if (field.epoch !== null && field.epoch !== data.epoch) field.text.value = "";
  if (field.epoch !== data.epoch || field.sequence <= data.sequence) field.local = null;
  field.epoch = data.epoch;
  field.data = data;
  field.theme = readTheme(parentElement);
  field.emit = (edit) => setStateValue("edit", edit);
  if (!field.channels.some(({ grid }) => grid.busy)) paint(field);
  field.sender.settled();
  return () => {
    if (field.token !== token) return; // a newer call has taken over
    field.observer.disconnect();
    field.sender.stop();
    FIELDS.delete(parentElement);
  };
}
