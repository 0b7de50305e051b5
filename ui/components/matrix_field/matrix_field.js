// A matrix: its cells to type into, its size, and a field for a whole one in any form.

import { createSender, nextSequence } from "../shared/sender.js";
import { readTheme } from "../shared/theme.js";
import { paintGrids, prepareGrids } from "./grids.js";
import { paintNotes } from "./notes.js";
import { buildParts, paintSizes } from "./parts.js";

const FIELDS = new WeakMap();
const LONGEST = 20001; // Python says so where a text is longer than it reads

/** The cells of `values` in another size: what falls away is gone, what is new is 0. */
export function resized(values, [channels, rows, cols], [toChannels, toRows, toCols]) {
  const found = new Array(toChannels * toRows * toCols).fill(0);
  for (let c = 0; c < Math.min(channels, toChannels); c++) {
    for (let r = 0; r < Math.min(rows, toRows); r++) {
      for (let q = 0; q < Math.min(cols, toCols); q++) {
        found[(c * toRows + r) * toCols + q] = values[(c * rows + r) * cols + q];
      }
    }
  }
  return found;
}

function send(field, edit) {
  field.sequence = nextSequence();
  field.sender.push({ sequence: field.sequence, ...edit });
}

// A cell or the size was changed by hand: the text no longer is what is shown.
function change(field, size, values) {
  field.local = { size, values };
  field.text.value = "";
  send(field, { size, values });
  paint(field);
}

function create(parentElement) {
  const root = parentElement.querySelector(".root");
  const field = { root, local: null, sequence: 0, data: null, theme: null, emit: null, epoch: null };
  field.sender = createSender((value) => field.emit("edit", value));
  field.resize = (axis, by) => {
    const { size, values } = shown(field) ?? { size: [1, 2, 2], values: [0, 0, 0, 0] };
    const to = size.map((n, at) => (at === axis ? Math.max(1, Math.min(field.data.most[at], n + by)) : n));
    change(field, to, resized(values, size, to));
  };
  field.change = (values) => change(field, shown(field).size, values);
  field.write = () => {
    field.local = null;
    send(field, { text: field.text.value.slice(0, LONGEST) });
  };
  buildParts(field);
  prepareGrids(field);
  field.observer = new ResizeObserver(() => {
    if (root.clientWidth !== field.width && field.data) paint(field);
  });
  field.observer.observe(root);
  return field;
}

function shown(field) {
  if (field.local) return field.local;
  const { size, values } = field.data;
  return size && { size, values: Array.from(values) };
}

function paint(field) {
  field.width = field.root.clientWidth;
  const matrix = shown(field);
  paintSizes(field, matrix);
  paintGrids(field, matrix);
  paintNotes(field, Boolean(field.local));
}

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  let field = FIELDS.get(parentElement);
  if (!field) {
    field = create(parentElement);
    FIELDS.set(parentElement, field);
  }
  const token = (field.token ?? 0) + 1;
  field.token = token;
  if (field.epoch !== null && field.epoch !== data.epoch) field.text.value = "";
  if (field.epoch !== data.epoch || field.sequence <= data.sequence) field.local = null;
  field.epoch = data.epoch;
  field.data = data;
  field.theme = readTheme(parentElement);
  field.emit = setStateValue;
  if (!field.busy) paint(field);
  field.sender.settled();
  return () => {
    if (field.token !== token) return; // a newer call has taken over
    field.observer.disconnect();
    field.sender.stop();
    FIELDS.delete(parentElement);
  };
}
