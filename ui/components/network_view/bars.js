// The classes: logits around zero and probabilities from 0 to 1, both on a true scale.

import { contextOf } from "../shared/canvas.js";
import { formatNumber } from "../shared/numbers.js";
import { addElement } from "../shared/dom.js";
import { countText, nameOf, shapeText } from "./model.js";
import { bestClass } from "./words.js";

/** @import { Layer } from "./model.js" */
/** @import { Layout, View } from "./network_view.js" */
/** @import { Bars, Head } from "./overview.js" */

/** @typedef {ReturnType<typeof newRow>} BarRow */
/**
 * Words above a column: names in the order of preference, the shape, how many parameters.
 * @typedef {{ x: number, y: number, inline?: boolean, names: string[], shape: string, parameters: number, key: string }} HeadBlock
 */
/** @typedef {{ heads: Head[], bars: Bars | null, shown: Set<number>, mode: Layout["mode"] }} Headed */

/** @param {View} state */
export function buildBars(state) {
  const { bars } = state.dom;
  const { model } = state;
  bars.replaceChildren();
  state.barRows = model.classes.map((name, k) => newRow(bars, name, k));
  const line = addElement(bars, "div", "bar-row bar-axis");
  addElement(line, "span", "bar-name");
  const logitAxis = addElement(line, "span", "track logit");
  state.logitEnds = [0, 1, 2].map(() => addElement(logitAxis, "em"));
  addElement(line, "span", "bar-number");
  const axis = addElement(line, "span", "track probability");
  for (const text of ["0", "½", "1"]) addElement(axis, "em", "", text);
  addElement(line, "span", "bar-number");
}

/** @param {HTMLElement} bars  @param {string} name  @param {number} k */
function newRow(bars, name, k) {
  const row = addElement(bars, "div", "bar-row");
  row.dataset.class = name;
  addElement(row, "span", "bar-name", name);
  const logit = addElement(row, "span", "track logit");
  addElement(logit, "i", "zero");
  const logitFill = addElement(logit, "b", "fill");
  const logitText = addElement(row, "span", "bar-number logit-number");
  const track = addElement(row, "span", "track probability");
  for (const at of [0, 50, 100]) addElement(track, "i").style.left = `${at}%`;
  const fill = addElement(track, "b", "fill");
  const text = addElement(row, "span", "bar-number probability-number");
  row.dataset.index = String(k);
  return { row, logitFill, logitText, fill, text };
}

/** @param {View} state  @param {Layout} layout */
export function placeBars(state, layout) {
  const { bars } = state.dom;
  bars.hidden = !layout.bars;
  if (!layout.bars) return;
  const place = layout.bars;
  const count = state.model.classes.length;
  place.rowHeight = Math.min(40, (place.h - 18) / count);
  if (layout.mode === "columns") place.y += Math.max(0, (place.h - 18 - place.rowHeight * count) / 2);
  else place.rowHeight = (place.h - 18) / count;
  Object.assign(bars.style, { left: `${place.x}px`, top: `${place.y}px`, width: `${place.w}px` });
  bars.style.setProperty("--row", `${place.rowHeight}px`);
  bars.style.setProperty("--name", `${state.labelWidth}px`);
}

/** @param {View} state */
export function updateBars(state) {
  const { model, barRows } = state;
  const finite = model.logits.filter(Number.isFinite);
  const end = niceEnd(Math.max(1e-6, ...finite.map(Math.abs)));
  const best = bestClass(model);
  barRows.forEach(({ row, logitFill, logitText, fill, text }, k) => {
    const p = model.probabilities[k];
    // One sigmoid logit speaks for the second class.
    const z = model.logits.length === 1 ? (k === model.classes.length - 1 ? model.logits[0] : null) : model.logits[k];
    fill.style.transform = `scaleX(${Number.isFinite(p) ? p : 0})`;
    text.textContent = formatNumber(p, 3);
    logitFill.style.transform = `scaleX(${z !== null && Number.isFinite(z) ? z / end : 0})`;
    logitFill.classList.toggle("negative", z !== null && z < 0);
    logitText.textContent = z === null ? "" : formatNumber(z, 2);
    row.classList.toggle("best", k === best);
  });
  const [low, zero, high] = state.logitEnds;
  low.textContent = formatNumber(-end, 0);
  zero.textContent = "0";
  high.textContent = formatNumber(end, 0);
}

/** 1, 2, 5, 10, 20 …: an axis that does not twitch with every stroke.  @param {number} value */
function niceEnd(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5].find((s) => value <= s * power * 1.0000001) ?? 10;
  return Math.max(1, step * power);
}

/** @param {View} state  @param {Headed} layout */
function headBlocks(state, layout) {
  const { model } = state;
  /** @type {HeadBlock[]} */
  const blocks = layout.heads.map((head) => {
    const layer = model.layers[head.layer];
    return {
      ...head,
      names: headNames(state, layout, layer),
      shape: shapeText(layer),
      parameters: headParameters(state, layout, layer),
      key: layer.name,
    };
  });
  if (layout.bars) {
    const last = model.layers[model.bars];
    const { x, headY } = layout.bars;
    const words = "logits, then probabilities";
    const names = last ? [`${last.name} · ${words}`, words] : [words];
    blocks.push({
      x,
      y: headY,
      inline: layout.mode === "rows",
      names,
      key: "classes",
      shape: `${model.classes.length}`,
      parameters: last ? last.parameters : 0,
    });
  }
  return blocks;
}

/**
 * A folded column carries the names of what it stands for.
 * @param {View} state  @param {Headed} layout  @param {Layer} layer
 */
function foldedBefore(state, layout, layer) {
  /** @type {Layer[]} */
  const list = [];
  let before = layer;
  while (before.connect === "same" && before.source !== null && !layout.shown.has(before.source)) {
    before = state.model.layers[before.source];
    list.unshift(before);
  }
  return list;
}

/**
 * The longest of some texts that fits a width; the last one if none does.
 * @param {CanvasRenderingContext2D} context  @param {string[]} texts  @param {number} width
 */
function longestThatFits(context, texts, width) {
  return texts.find((text) => context.measureText(text).width <= width) ?? texts[texts.length - 1];
}

/** @param {View} state  @param {Headed} layout  @param {Layer} layer */
function headNames(state, layout, layer) {
  const names = [...foldedBefore(state, layout, layer), layer].map((l) => nameOf(state.model, l));
  // The maps are the last one's: where there is room for one name only, it is that.
  return names.length === 1 ? names : [names.join(" + "), names.join("+"), names[names.length - 1]];
}

/** @param {View} state  @param {Headed} layout  @param {Layer} layer */
function headParameters(state, layout, layer) {
  return [...foldedBefore(state, layout, layer), layer].reduce((sum, l) => sum + l.parameters, 0);
}

/** Each line has the room up to the next column that has such a line.  @param {View} state  @param {Headed} layout */
export function placeHeads(state, layout) {
  const { heads, marks } = state.dom;
  const context = contextOf(marks);
  /** @param {number} size  @param {number} weight */
  const font = (size, weight) => (context.font = `${weight} ${size * state.type}px ${state.theme.font}`);
  heads.replaceChildren();
  const blocks = headBlocks(state, layout);
  blocks.forEach((block, i) => {
    const node = addElement(heads, "div", `head${block.inline ? " inline" : ""}`);
    Object.assign(node.style, { left: `${block.x}px`, top: `${block.y}px` });
    node.dataset.layer = block.key;
    node.title = block.names[0]; // in full, where there is room for the last name only
    const next = (/** @type {(block: HeadBlock) => unknown} */ line) =>
      block.inline ? Infinity : (blocks.slice(i + 1).find(line)?.x ?? Infinity) - block.x - 6;
    font(14, 600);
    addElement(node, "strong", "").textContent = longestThatFits(
      context,
      block.names,
      next(() => true),
    );
    font(12, 400);
    addElement(node, "span", "").textContent = longestThatFits(
      context,
      [block.shape, "\u00a0"],
      next(() => true),
    );
    if (!block.parameters) return;
    const count = countText(block.parameters);
    const words = longestThatFits(
      context,
      [`${count} parameters`, `${count} par.`, count],
      next((b) => b.parameters),
    );
    addElement(node, "span", "").textContent = words;
  });
}
