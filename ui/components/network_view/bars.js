// The classes: logits around zero and probabilities from 0 to 1, both on a true scale.

import { formatNumber } from "../shared/numbers.js";
import { element } from "./dom.js";
import { countText, nameOf, shapeText } from "./model.js";
import { bestClass } from "./words.js";

export function buildBars(state) {
  const { bars } = state.dom;
  const { model } = state;
  bars.replaceChildren();
  state.barRows = model.classes.map((name, k) => {
    const row = element("div", "bar-row", bars);
    row.dataset.class = name;
    element("span", "bar-name", row).textContent = name;
    const logit = element("span", "track logit", row);
    element("i", "zero", logit);
    const logitFill = element("b", "fill", logit);
    const logitText = element("span", "bar-number logit-number", row);
    const track = element("span", "track probability", row);
    for (const at of [0, 50, 100]) element("i", "", track).style.left = `${at}%`;
    const fill = element("b", "fill", track);
    const text = element("span", "bar-number probability-number", row);
    row.dataset.index = k;
    return { row, logitFill, logitText, fill, text };
  });
  state.barAxis = element("div", "bar-row bar-axis", bars);
  element("span", "bar-name", state.barAxis);
  const logitAxis = element("span", "track logit", state.barAxis);
  state.logitEnds = [0, 1, 2].map(() => element("em", "", logitAxis));
  element("span", "bar-number", state.barAxis);
  const axis = element("span", "track probability", state.barAxis);
  ["0", "½", "1"].forEach((text) => (element("em", "", axis).textContent = text));
  element("span", "bar-number", state.barAxis);
}

export function placeBars(state, layout) {
  const { bars } = state.dom;
  bars.hidden = !layout.bars;
  if (!layout.bars) return;
  const place = layout.bars;
  const count = state.model.classes.length;
  place.rowHeight = Math.min(40, (place.h - 18) / count);
  if (layout.mode === "columns") place.y += Math.max(0, (place.h - 18 - place.rowHeight * count) / 2);
  else place.rowHeight = (place.h - 18) / count;
  place.layer = state.model.bars;
  Object.assign(bars.style, { left: `${place.x}px`, top: `${place.y}px`, width: `${place.w}px` });
  bars.style.setProperty("--row", `${place.rowHeight}px`);
  bars.style.setProperty("--name", `${state.labelWidth}px`);
}

export function updateBars(state) {
  const { model, barRows } = state;
  if (!barRows) return;
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
    logitFill.classList.toggle("negative", z < 0);
    logitText.textContent = z === null ? "" : formatNumber(z, 2);
    row.classList.toggle("best", k === best);
  });
  const [low, zero, high] = state.logitEnds;
  low.textContent = formatNumber(-end, 0);
  zero.textContent = "0";
  high.textContent = formatNumber(end, 0);
}

// 1, 2, 5, 10, 20 …: an axis that does not twitch with every stroke.
function niceEnd(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((s) => value <= s * power * 1.0000001);
  return Math.max(1, step * power);
}

function headBlocks(state, layout) {
  const { model } = state;
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
    const { x, w, headY } = layout.bars;
    const words = "logits, then probabilities";
    const names = last ? [`${last.name} · ${words}`, words] : [words];
    blocks.push({
      x,
      y: headY,
      w,
      inline: layout.mode === "rows",
      names,
      key: "classes",
      shape: `${model.classes.length}`,
      parameters: last ? last.parameters : 0,
    });
  }
  return blocks;
}

// A folded column carries the names of what it stands for.
function foldedBefore(state, layout, layer) {
  const list = [];
  let before = layer;
  while (before.connect === "same" && !layout.shown.has(before.source)) {
    before = state.model.layers[before.source];
    list.unshift(before);
  }
  return list;
}

// The longest of some texts that fits a width; the last one if none does.
function longestThatFits(context, texts, width) {
  return texts.find((text) => context.measureText(text).width <= width) ?? texts[texts.length - 1];
}

function headNames(state, layout, layer) {
  const names = [...foldedBefore(state, layout, layer), layer].map((l) => nameOf(state.model, l));
  // The maps are the last one's: where there is room for one name only, it is that.
  return names.length === 1 ? names : [names.join(" + "), names.join("+"), names[names.length - 1]];
}

function headParameters(state, layout, layer) {
  return [...foldedBefore(state, layout, layer), layer].reduce((sum, l) => sum + l.parameters, 0);
}

// Each line has the room up to the next column that has such a line.
export function placeHeads(state, layout) {
  const { heads, marks } = state.dom;
  const context = marks.getContext("2d");
  const font = (size, weight) => (context.font = `${weight} ${size * state.type}px ${state.theme.font}`);
  heads.replaceChildren();
  const blocks = headBlocks(state, layout);
  blocks.forEach((block, i) => {
    const node = element("div", `head${block.inline ? " inline" : ""}`, heads);
    Object.assign(node.style, { left: `${block.x}px`, top: `${block.y}px` });
    node.dataset.layer = block.key;
    const next = (line) => (block.inline ? Infinity : (blocks.slice(i + 1).find(line)?.x ?? Infinity) - block.x - 6);
    font(14, 600);
    element("strong", "", node).textContent = longestThatFits(
      context,
      block.names,
      next(() => true),
    );
    font(12, 400);
    element("span", "", node).textContent = longestThatFits(
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
    element("span", "", node).textContent = words;
  });
}
