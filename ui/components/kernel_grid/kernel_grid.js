// The kernel alone: one grid of numbers, its sign colours, its legend.

import { colourScale, maxAbs } from "../shared/colour.js";
import { cellHue } from "../shared/hues.js";
import { NumberGrid } from "../shared/number_grid.js";
import { decimalsFor, formatNumber } from "../shared/numbers.js";
import { createSender, nextSequence } from "../shared/sender.js";
import { readTheme } from "../shared/theme.js";

const KERNELS = new WeakMap();

function createKernel(parentElement) {
  const root = parentElement.querySelector(".root");
  root.replaceChildren();
  const message = document.createElement("div");
  message.className = "ng-message";
  message.setAttribute("role", "alert");
  const state = { root, message, local: null, sequence: 0, data: null, theme: null, emit: null };
  state.send = createSender((value) => state.emit("kernel", value));
  state.grid = new NumberGrid({
    onMessage: (text) => {
      message.textContent = text;
    },
    onChange: (index, value, phase, values) => {
      state.local = values;
      state.sequence = nextSequence();
      const [, cols] = state.data.size;
      const rows = Array.from({ length: values.length / cols }, (_, r) => values.slice(r * cols, (r + 1) * cols));
      state.send.push({ sequence: state.sequence, on: state.data.mark, values: rows });
      paintKernel(state);
    },
  });
  const observer = new ResizeObserver(() => {
    if (root.clientWidth !== state.width && state.data) paintKernel(state);
  });
  observer.observe(root);
  state.destroy = () => {
    observer.disconnect();
    state.send.stop();
  };
  root.append(state.grid.element, message);
  return state;
}

function paintKernel(state) {
  const { data, theme, grid, root } = state;
  const [rows, cols] = data.size;
  const values = state.local ?? data.weight.data;
  const decimals = decimalsFor(values, 2);
  let chars = 1;
  for (const v of values) chars = Math.max(chars, formatNumber(v, decimals).length);
  state.width = root.clientWidth;
  const least = data.projector ? 18 : 14;
  const room = Math.floor((state.width - 2) / cols);
  const side = Math.min(data.projector ? 64 : 52, room);
  const width = Math.min(room, Math.max(side, Math.ceil(chars * least * 0.585 + 8)));
  const font = Math.max(11, Math.min(least + 4, side * 0.42, (width - 6) / (chars * 0.585)));
  const hues = Array.from(values, (_, t) => cellHue(t, values.length, theme.name));
  root.style.fontFamily = theme.font;
  grid.update({
    rows,
    cols,
    values,
    decimals,
    editable: data.editable,
    cellWidth: width,
    cellHeight: Math.max(24, Math.min(side, width)),
    font,
    scale: colourScale(data.kind, theme.name, maxAbs(values)),
    hues: width >= 15 ? hues : null,
    step: data.step,
    label: `${data.title}, ${rows} by ${cols}${data.editable ? ", editable: type a number or drag up and down" : ""}`,
    cellName: (a, b) =>
      data.kind === "weight" ? `weight row ${a}, column ${b}` : `${data.title}, row ${a}, column ${b}`,
  });
}

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  let state = KERNELS.get(parentElement);
  if (!state) {
    state = createKernel(parentElement);
    KERNELS.set(parentElement, state);
  }
  const token = (state.token ?? 0) + 1;
  state.token = token;
  const reshaped = state.data && state.data.size.join() !== data.size.join();
  state.data = data;
  state.theme = readTheme(parentElement);
  state.emit = setStateValue;
  if (reshaped || state.sequence <= data.sequence) state.local = null;
  if (!state.grid.busy || reshaped) paintKernel(state);
  state.send.settled();
  return () => {
    if (state.token !== token) return; // a newer call has taken over
    state.destroy();
    KERNELS.delete(parentElement);
  };
}
