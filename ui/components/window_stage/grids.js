// Grids of numbers over the maps: kernels, and input cells that can be edited.

import { element, setText } from "../shared/dom.js";
import { cellHue } from "../shared/hues.js";
import { NumberGrid } from "../shared/number_grid.js";
import { weightDecimals } from "./blocks.js";
import { changeLocally, innerInput } from "./edits.js";
import { channelOf } from "./paint.js";

/** @import { Stage } from "./stage.js" */
/** @import { InputSpot, WeightSpot } from "./state.js" */

/** @typedef {{ box: HTMLElement, view: NumberGrid, c: number }} PlacedGrid  of channel c; −1: of the one in focus */

/** @param {Stage} stage */
export function placeKernels(stage) {
  const { m, layout, data, theme, scales } = stage;
  const { w } = m;
  const panels = w ? layout.blocks.flatMap((b) => b.panels).filter((p) => p.id === "kernel") : [];
  while (stage.kernelGrids.length > panels.length) stage.kernelGrids.pop()?.box.remove();
  while (stage.kernelGrids.length < panels.length) stage.kernelGrids.push(newKernelGrid(stage));
  const hues = Array.from({ length: m.taps }, (_, t) => cellHue(t, m.taps, theme.name));
  panels.forEach((p, n) => {
    const grid = stage.kernelGrids[n];
    grid.c = p.c;
    const c = p.c >= 0 ? p.c : stage.focus;
    const numbers = p.numbers ?? true;
    grid.box.style.left = `${p.x - 0.5}px`;
    grid.box.style.top = `${p.y - 0.5}px`;
    if (grid.view.busy || !w) return;
    grid.view.update({
      rows: m.kh,
      cols: m.kw,
      values: w.subarray(c * m.taps, (c + 1) * m.taps),
      decimals: weightDecimals(m, layout.most),
      editable: data.editable && numbers && !stage.backward,
      numbers,
      cellWidth: p.cw,
      cellHeight: p.ch,
      font: layout.font,
      scale: scales.weight,
      hues: p.cw >= 15 && numbers ? hues : null,
      label: `${data.titles.kernel}${m.C > 1 ? `, ${m.names[c]}` : ""}, ${m.kh} by ${m.kw}${data.editable ? ", editable: type a number or drag up and down" : ""}`,
      cellName: (a, b) => `weight row ${a}, column ${b}`,
    });
  });
}

/** @param {Stage} stage */
function newKernelGrid(stage) {
  const box = element("div", "kernel");
  const channel = () => (grid.c >= 0 ? grid.c : stage.focus);
  /** @param {number} index  @returns {WeightSpot} */
  const tap = (index) => ({ type: "weight", c: channel(), a: Math.floor(index / stage.m.kw), b: index % stage.m.kw });
  const view = new NumberGrid({
    onHover: (index) => stage.point(index === null ? null : tap(index)),
    onPin: (index) => stage.pin(tap(index)),
    onMessage: (text) => setText(stage.message, text),
    onChange: (index, value) => changeLocally(stage, "kernel", channel() * stage.m.taps + index, value),
  });
  box.append(view.element);
  /** @type {PlacedGrid} */
  const grid = { box, view, c: 0 };
  stage.grids.append(box);
  return grid;
}

/** A clear sheet of editable cells over each input map that carries its numbers.  @param {Stage} stage */
export function placeInputs(stage) {
  const { m, layout, data } = stage;
  const numbers = layout.mode === "numbers" || layout.numbersInMaps;
  const wanted = data.editableInput && numbers && !stage.backward;
  const panels = wanted ? layout.blocks[0].panels.filter((p) => p.id === "input") : [];
  while (stage.inputGrids.length > panels.length) stage.inputGrids.pop()?.box.remove();
  while (stage.inputGrids.length < panels.length) stage.inputGrids.push(newInputGrid(stage));
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
      label: `${data.titles.input}${m.C > 1 ? `, ${m.names[grid.c]}` : ""}, editable: type a number or drag up and down`,
      cellName: (r, q) => `input row ${r}, column ${q}`,
    });
  });
}

/** @param {Stage} stage */
function newInputGrid(stage) {
  const box = element("div", "kernel");
  /** @param {number} index  @returns {InputSpot} */
  const cell = (index) => {
    const { m } = stage;
    return { type: "input", c: grid.c, r: Math.floor(index / m.W) + m.top, q: (index % m.W) + m.left };
  };
  const view = new NumberGrid({
    onHover: (index) => stage.point(index === null ? null : cell(index)),
    onPin: (index) => stage.pin(cell(index)),
    onMessage: (text) => setText(stage.message, text),
    onChange: (index, value) => changeLocally(stage, "input", grid.c * stage.m.H * stage.m.W + index, value),
  });
  box.append(view.element);
  /** @type {PlacedGrid} */
  const grid = { box, view, c: 0 };
  stage.grids.append(box);
  return grid;
}
