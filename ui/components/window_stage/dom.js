// What is DOM and not canvas on the maps: titles, notes, kernels, editable inputs.

import { cellHue } from "../shared/hues.js";
import { NumberGrid } from "../shared/number_grid.js";
import { nextSequence } from "../shared/sender.js";
import { weightDecimals } from "./blocks.js";
import { countDecimals, xAt } from "./model.js";
import { channelOf } from "./paint.js";
import { noteParts } from "./pointer.js";
import { el, setText } from "./sum.js";

export function placeTitles(stage) {
  const { m, layout, data, titles } = stage;
  const wanted = [];
  const size = (a, b) => `${a} × ${b}`;
  const times = (n, text) => (n > 1 ? `${n} × ${text}` : text);
  for (const block of layout.blocks) {
    const x = block.x;
    const y = block.y - layout.head;
    if (block.id === "input") {
      const padded = m.Hp !== m.H || m.Wp !== m.W ? ` → ${times(m.C, size(m.Hp, m.Wp))}` : "";
      const back = stage.backward ? "gradient of " : "";
      wanted.push([x, y, block.slot, back + data.titles.input, times(m.C, size(m.H, m.W)) + padded]);
    } else if (block.id === "kernel") {
      wanted.push([
        x,
        y,
        block.slot,
        data.titles.kernel,
        times(m.C, size(m.kh, m.kw)) + (data.editable ? ", editable" : ""),
      ]);
    } else if (block.id === "turned") {
      const turned = m.compare.w.every((v, t) => v === m.w[m.taps - 1 - t]);
      wanted.push([x, y, block.slot, data.titles.kernel, turned ? "turned by 180°" : size(m.kh, m.kw)]);
    } else if (block.id === "window") {
      const kernel = m.kind === "conv" ? ` × ${data.titles.kernel}` : "";
      const which = m.C > 1 && block.shown === 1 ? `, ${m.names[stage.focus]}` : "";
      wanted.push([x, y, block.slot, `window${kernel}`, size(m.kh, m.kw) + which]);
    } else if (block.id === "partial") {
      wanted.push([x, y, block.slot, "partial sums", times(m.C, size(m.OH, m.OW))]);
    } else if (block.id === "output") {
      const back = stage.backward ? "gradient of " : "";
      wanted.push([x, y, block.slot, back + data.titles.output, times(m.K, size(m.OH, m.OW))]);
    } else if (block.id === "compare") {
      wanted.push([x, y, block.slot, m.compare.title, size(m.OH, m.OW)]);
    }
  }
  titles.replaceChildren(
    ...wanted.map(([x, y, w, name, about]) => {
      const box = el("div", "title");
      box.style.left = `${x}px`;
      box.style.top = `${y}px`;
      box.style.minWidth = `${w}px`;
      box.append(el("b", "", name), el("span", "", about));
      return box;
    }),
  );
}

export function placeNotes(stage, box) {
  box.replaceChildren(
    ...noteParts(stage.m).map(({ kind, text }) => {
      const note = el("span", `note ${kind}`);
      note.append(el("i"), text);
      return note;
    }),
  );
}

export function placeKernels(stage, message) {
  const { m, layout, data, grids, theme, scales } = stage;
  const panels = m.w ? layout.blocks.flatMap((b) => b.panels).filter((p) => p.id === "kernel") : [];
  while (stage.kernelGrids.length > panels.length) stage.kernelGrids.pop().box.remove();
  while (stage.kernelGrids.length < panels.length) stage.kernelGrids.push(newKernelGrid(stage, grids, message));
  const hues = Array.from({ length: m.taps }, (_, t) => cellHue(t, m.taps, theme.name));
  panels.forEach((p, n) => {
    const grid = stage.kernelGrids[n];
    grid.c = p.c;
    const c = p.c >= 0 ? p.c : stage.focus;
    const numbers = p.numbers ?? true;
    grid.box.style.left = `${p.x - 0.5}px`;
    grid.box.style.top = `${p.y - 0.5}px`;
    if (grid.view.busy) return;
    grid.view.update({
      rows: m.kh,
      cols: m.kw,
      values: m.w.subarray(c * m.taps, (c + 1) * m.taps),
      decimals: weightDecimals(m, layout.most),
      editable: data.editable && numbers && !stage.backward,
      numbers,
      cellWidth: p.cw,
      cellHeight: p.ch,
      font: layout.font,
      scale: scales.weight,
      hues: p.cw >= 15 && numbers ? hues : null,
      step: data.kernelStep,
      label: `${data.titles.kernel}${m.C > 1 ? `, ${m.names[c]}` : ""}, ${m.kh} by ${m.kw}${data.editable ? ", editable: type a number or drag up and down" : ""}`,
      cellName: (a, b) => `weight row ${a}, column ${b}`,
    });
  });
}

function newKernelGrid(stage, grids, message) {
  const box = el("div", "kernel");
  const grid = { box, c: -1 };
  const channel = () => (grid.c >= 0 ? grid.c : stage.focus);
  const tap = (index) => ({ type: "weight", c: channel(), a: Math.floor(index / stage.m.kw), b: index % stage.m.kw });
  grid.view = new NumberGrid({
    onHover: (index) => stage.point(index === null ? null : tap(index)),
    onPin: (index) => stage.pin(tap(index)),
    onMessage: (text) => setText(message, text),
    onChange: (index, value) => changeLocally(stage, "kernel", channel() * stage.m.taps + index, value),
  });
  box.append(grid.view.element);
  grids.append(box);
  return grid;
}

// A clear sheet of editable cells over each input map that carries its numbers.
export function placeInputs(stage, message) {
  const { m, layout, data, grids } = stage;
  const numbers = layout.mode === "numbers" || layout.numbersInMaps;
  const wanted = data.editableInput && numbers && !stage.backward;
  const panels = wanted ? layout.blocks[0].panels.filter((p) => p.id === "input") : [];
  while (stage.inputGrids.length > panels.length) stage.inputGrids.pop().box.remove();
  while (stage.inputGrids.length < panels.length) stage.inputGrids.push(newInputGrid(stage, grids, message));
  panels.forEach((p, n) => {
    const grid = stage.inputGrids[n];
    grid.c = channelOf(stage, p);
    grid.box.style.left = `${p.x + m.left * p.cw - 0.5}px`;
    grid.box.style.top = `${p.y + m.top * p.ch - 0.5}px`;
    if (grid.view.busy) return;
    grid.view.update({
      rows: m.H,
      cols: m.W,
      values: innerInput(m, grid.c),
      decimals: Math.min(layout.most, m.dec.x),
      editable: true,
      ghost: true,
      cellWidth: p.cw,
      cellHeight: p.ch,
      font: layout.font,
      scale: () => [0, 0, 0],
      step: data.inputStep,
      label: `${data.titles.input}${m.C > 1 ? `, ${m.names[grid.c]}` : ""}, editable: type a number or drag up and down`,
      cellName: (r, q) => `input row ${r}, column ${q}`,
    });
  });
}

function newInputGrid(stage, grids, message) {
  const box = el("div", "kernel");
  const grid = { box, c: 0 };
  const cell = (index) => {
    const { m } = stage;
    return { type: "input", c: grid.c, r: Math.floor(index / m.W) + m.top, q: (index % m.W) + m.left };
  };
  grid.view = new NumberGrid({
    onHover: (index) => stage.point(index === null ? null : cell(index)),
    onPin: (index) => stage.pin(cell(index)),
    onMessage: (text) => setText(message, text),
    onChange: (index, value) => changeLocally(stage, "input", grid.c * stage.m.H * stage.m.W + index, value),
  });
  box.append(grid.view.element);
  grids.append(box);
  return grid;
}

function innerInput(m, c) {
  const values = [];
  for (let r = 0; r < m.H; r++) for (let q = 0; q < m.W; q++) values.push(xAt(m, c, r + m.top, q + m.left));
  return values;
}

// An edit shows at once; the newest goes to Python, which answers with all the numbers.
function changeLocally(stage, name, index, value) {
  const { m } = stage;
  const held = stage.local[name] ?? { values: name === "kernel" ? Array.from(m.w) : allInput(m) };
  held.values[index] = value;
  held.sequence = nextSequence();
  stage.local[name] = held;
  stage.pause();
  applyLocal(stage);
  const shape = name === "kernel" ? [m.C, m.kh, m.kw] : [m.C, m.H, m.W];
  const on = stage.data.mark[name];
  stage.send[name].push({ sequence: held.sequence, on, values: nested(held.values, shape) });
  stage.repaint();
  stage.refresh();
  stage.announce();
}

function allInput(m) {
  return Array.from({ length: m.C }, (_, c) => innerInput(m, c)).flat();
}

function applyLocal(stage) {
  const { m, local } = stage;
  if (local.kernel) {
    m.w = Float32Array.from(local.kernel.values);
    m.dirty = true;
  }
  if (local.input) {
    m.x = m.x.slice();
    local.input.values.forEach((v, n) => {
      const c = Math.floor(n / (m.H * m.W));
      const r = Math.floor(n / m.W) % m.H;
      m.x[(c * m.Hp + r + m.top) * m.Wp + (n % m.W) + m.left] = v;
    });
    m.dirty = true;
  }
  countDecimals(m);
}

// What Python has not seen yet stays; what it has seen is in the numbers it sent.
export function keepLocalEdits(stage) {
  const { m, local, data } = stage;
  const fits = { kernel: m.w ? m.w.length : 0, input: m.C * m.H * m.W };
  for (const name of ["kernel", "input"]) {
    const held = local[name];
    if (held && (held.sequence <= data.sequence[name] || held.values.length !== fits[name])) local[name] = null;
  }
  if (local.kernel || local.input) applyLocal(stage);
}

function nested(flat, [a, b, c]) {
  return Array.from({ length: a }, (_row, i) =>
    Array.from({ length: b }, (_column, j) => flat.slice((i * b + j) * c, (i * b + j + 1) * c)),
  );
}
