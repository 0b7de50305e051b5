// A layer as a matrix that can be touched. What is pointed at lights up in all four pictures; a
// weight that is dragged moves at once, its copies with it, and the output follows from Python.

import { maxAbs } from "../shared/colour.js";
import { formatNumber } from "../shared/numbers.js";
import { createSender, nextSequence } from "../shared/sender.js";
import { readTheme } from "../shared/theme.js";
import { build } from "./dom.js";
import { listen } from "./input.js";
import { sizes } from "./layout.js";
import { copiesOf, isThere, placeText, withChange } from "./model.js";
import { paintGrids, paintMatrix } from "./paint.js";
import { short, weightWords, writeSum } from "./words.js";

const MATRICES = new WeakMap();
/** No weight goes beyond this. */
const LIMIT = 9;
const NOWHERE = { row: -1, column: -1 };

/** The state of one matrix, and what may be done with it. */
function create(parentElement) {
  const root = parentElement.querySelector(".root");
  const state = { ...build(root), root, pinned: null, pointed: null, local: null, sequence: 0 };
  state.send = createSender((value) => state.emit(state.data.state, value));
  state.point = (place) => {
    state.pointed = place;
    paint(state);
  };
  state.pin = (place) => {
    state.pinned = place;
    state.pointed = null;
    paint(state);
  };
  state.valueAt = ({ row, column }) => state.model.weights[row * state.model.columns + column];
  state.change = (place, wanted) => change(state, place, wanted);
  state.observer = new ResizeObserver(() => {
    if (state.data && root.clientWidth !== state.width) paint(state);
  });
  state.observer.observe(root);
  listen(state);
  return state;
}

/** A weight has another value: shown at once, told to Python as quickly as it answers. */
function change(state, place, wanted) {
  const { model: m, data, step } = state;
  const value = Math.max(-LIMIT, Math.min(LIMIT, Math.round(wanted / step) * step));
  const rounded = Number(value.toFixed(4));
  if (!data.editable) return;
  if (!isThere(m, place.row, place.column) || rounded === state.valueAt(place)) return;
  for (const i of copiesOf(m, place)) m.weights[i] = rounded;
  state.local = withChange(state.local ?? state.edited, m, place, rounded);
  state.sequence = nextSequence();
  const across = data.edited.shape[1];
  const rows = Array.from({ length: data.edited.shape[0] }, (_, r) => state.local.slice(r * across, (r + 1) * across));
  state.send.push({ sequence: state.sequence, on: data.mark, values: rows });
  paint(state);
}

function paint(state) {
  const { data, model: m } = state;
  const at = state.pointed ?? state.pinned ?? NOWHERE;
  state.width = state.root.clientWidth;
  if (state.width < 20) return;
  state.sizes = sizes(state.width, m.columns, m.xShape[1], data.projector);
  state.limit = Math.max(maxAbs(m.weights), 1e-9);
  paintMatrix(state, at);
  paintGrids(state, at);
  tell(state, at);
}

/** Titles, the sum, the slider of the pinned weight, and what a screen reader hears. */
function tell(state, at) {
  const { model: m, data } = state;
  const top = short(state.limit);
  state.matrixTitle.textContent = `W: ${m.rows} outputs × ${m.columns} inputs; −${top} … 0 … ${top}`;
  state.rowTitle.textContent = at.row < 0 ? "a row of W, over the input" : `row ${at.row} of W, over the input`;
  writeSum(state.sum, m, at);
  state.words.textContent = weightWords(m, at);
  const pinned = state.pinned;
  const may = data.editable && pinned !== null && isThere(m, pinned.row, pinned.column);
  state.slider.disabled = !may;
  state.label.classList.toggle("off", !may);
  const value = may ? state.valueAt(pinned) : 0;
  if (state.root.getRootNode().activeElement !== state.slider) state.slider.value = value;
  state.value.textContent = may ? short(value) : "";
  state.told.textContent = pinned === at ? `${state.words.textContent} ${state.sum.textContent}` : "";
  const keys = data.editable ? "Arrow keys move, Page Up and Page Down change the weight." : "Arrow keys move.";
  state.matrix.setAttribute("aria-label", `${data.summary} ${keys}`);
  state.input.setAttribute("aria-label", `Input, ${m.xShape.join(" by ")}: ${Array.from(m.x, short).join(", ")}`);
  const row = at.row < 0 ? "none is chosen" : `of output ${placeText(at.row, m.yShape)}`;
  state.rowGrid.setAttribute("aria-label", `The row of weights, laid over the input: ${row}`);
  const outputs = Array.from(m.y, (v) => formatNumber(v, 1)).join(", ");
  state.output.setAttribute("aria-label", `Output, ${m.yShape.join(" by ")}: ${outputs}`);
}

/** What Python sent; a change that it has not seen yet stays. */
function take(state, data) {
  const fresh = state.data?.state !== data.state || state.sequence <= data.sequence;
  const [rows, columns] = data.weights.shape;
  const weights = data.weights.data;
  if (!fresh && state.local) weights.set(state.model.weights);
  if (fresh) state.local = null;
  state.data = data;
  state.edited = Array.from(data.edited.data);
  state.model = {
    rows,
    columns,
    weights,
    tied: data.tied,
    taps: data.taps ? data.taps.data : null,
    x: data.x.data,
    xShape: data.x.shape,
    y: data.y.data,
    yShape: data.y.shape,
  };
  state.step = data.tied ? 0.5 : 0.1;
  Object.assign(state.slider, { min: -LIMIT, max: LIMIT, step: state.step });
  // At first an output in the middle is chosen, for there to be something to see.
  const middle = Math.floor(rows / 2) + Math.floor(data.y.shape[1] / 2) - data.y.shape[1];
  if (state.pinned === null && !state.begun) state.pinned = { row: middle, column: middle + 1 };
  state.begun = true;
}

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  let state = MATRICES.get(parentElement);
  if (!state) {
    state = create(parentElement);
    MATRICES.set(parentElement, state);
  }
  const token = (state.token ?? 0) + 1;
  state.token = token;
  state.theme = readTheme(parentElement);
  state.emit = setStateValue;
  take(state, data);
  state.root.classList.toggle("big", data.projector);
  paint(state);
  state.send.settled();
  return () => {
    if (state.token !== token) return; // a newer call has taken over
    state.observer.disconnect();
    state.send.stop();
    MATRICES.delete(parentElement);
  };
}
