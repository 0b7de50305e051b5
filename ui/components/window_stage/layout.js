// Layout: where each map stands, and how large a cell is. Pixels of the stage, no drawing.
//
// Blocks (input, window, kernel, partial sums, output, comparison) hold panels, one a channel.
// If every number fits at a readable size, the maps carry their numbers (numbers.js). Otherwise
// they are pictures and the window stands magnified beside the kernel (picture.js).

import { maxAbs } from "../shared/colour.js";
import { slotWidth } from "./blocks.js";
import { finiteOnly } from "./decimals.js";
import { numbersLayout } from "./numbers.js";
import { pictureLayout } from "./picture.js";

/** @import { Block, BlockId, Panel } from "./blocks.js" */
/** @import { Model } from "./model.js" */
/** @import { StageData } from "./window_stage.js" */

export const SIZE = {
  plain: { number: 14, title: 15, small: 13, tick: 12, line: 1, accent: 2.5, cap: 72, gap: 44 },
  projector: { number: 18, title: 19, small: 17, tick: 16, line: 1.5, accent: 4, cap: 84, gap: 52 },
};

/** @typedef {typeof SIZE.plain} Size */
/**
 * @typedef {object} Options  what a layout is made from
 * @property {Model} m
 * @property {StageData} data
 * @property {number} width
 * @property {number} room  height for a map
 * @property {Size} size
 * @property {boolean} narrow  a phone
 * @property {boolean} rows  one line a channel, from its input to its partial sum
 * @property {string} font
 * @property {number} most  decimals of a picture
 */
/**
 * @typedef {object} Plan  blocks that are not placed yet
 * @property {"numbers" | "picture"} mode
 * @property {Block[]} blocks
 * @property {number} font
 * @property {number} [pitch]  of lines of channels; 0: there are none
 * @property {number} [gap]
 * @property {BlockId[][]} [lines]  which blocks share a line
 * @property {boolean} [numbersInMaps]
 */
/** @typedef {Block & { x: number, y: number, slot: number, lineHeight: number }} PlacedBlock */
/** @typedef {{ x: number, y: number[], before: BlockId }} Joint  place of a sign between two blocks */
/** @typedef {ReturnType<typeof layoutStage>} Layout */

/** @param {Model} m  @param {StageData} data  @param {number} width  @param {string} font  @returns {Options} */
function optionsOf(m, data, width, font) {
  const size = data.projector ? SIZE.projector : SIZE.plain;
  const narrow = width < 600;
  const rows = data.showPartials && m.partial !== null && m.C > 1 && m.C <= 4 && !narrow;
  const room = data.height ?? (data.compact ? 220 : data.projector ? 330 : 262);
  return { m, data, width, room, size, narrow, rows, font, most: 6 };
}

/** With numbers in the maps, if they fit; `o.most` is then how many decimals.  @param {Options} o */
function withNumbers(o) {
  const { m } = o;
  if (m.H > 16 || m.W > 16) return null;
  // Rather fewer decimals than no numbers: the sum below shows them all.
  const large = Math.min(maxAbs(finiteOnly(m.x)), maxAbs(m.y), m.w ? maxAbs(m.w) : Infinity) >= 10;
  for (const most of large ? [6, 1, 0] : [6, 1]) {
    o.most = most;
    const plan = numbersLayout(o);
    if (plan) return plan;
  }
  o.most = 6;
  return null;
}

/** @param {Model} m  @param {StageData} data  @param {number} width  @param {string} font */
export function layoutStage(m, data, width, font) {
  const options = optionsOf(m, data, width, font);
  const plan = withNumbers(options) ?? pictureLayout(options);
  return { ...place(options, plan), most: options.most };
}

const titleHeight = (/** @type {Options} */ o) =>
  o.data.compact ? o.size.small + 10 : o.size.title + o.size.small + 14;
const legendHeight = (/** @type {Options} */ o) => (o.data.compact ? 0 : o.size.tick + 16);

/** Blocks onto lines: as the plan has them, else one line, wrapped on a phone.
 * @param {Options} o  @param {Plan} plan  @param {number} gap */
function linesOf(o, plan, gap) {
  /** @type {PlacedBlock[][]} */
  const lines = [];
  let used = 0;
  for (const given of plan.blocks) {
    const slot = Math.max(given.w, slotWidth(o));
    const block = { ...given, slot, x: 0, y: 0, lineHeight: 0 };
    const last = lines[lines.length - 1];
    const together = plan.lines
      ? plan.lines.some((ids) => ids.includes(block.id) && last && ids.includes(last[last.length - 1].id))
      : used + gap + slot <= o.width + 1;
    if (last && together) last.push(block);
    else lines.push([block]);
    used = last && together ? used + gap + slot : slot;
  }
  return lines;
}

/** Pixels for all.  @param {Options} o  @param {Plan} plan */
function place(o, plan) {
  const { size } = o;
  const head = titleHeight(o);
  const foot = legendHeight(o);
  const gap = plan.gap ?? (o.narrow ? 26 : size.gap);
  const lines = linesOf(o, plan, gap);
  /** @type {Joint[]} */
  const joints = [];
  let y = 0;
  for (const line of lines) {
    const total = line.reduce((n, b) => n + b.slot, 0) + (line.length - 1) * gap;
    const tall = Math.max(...line.map((b) => b.h));
    let x = Math.max(0, Math.floor((o.width - total) / 2));
    line.forEach((block, n) => {
      placeBlock(block, x, y + head, tall, plan);
      if (n > 0) joints.push({ x: x - gap / 2, y: jointHeights(block, y + head, tall, plan), before: block.id });
      x += block.slot + gap;
    });
    y += head + tall + foot + (o.narrow ? 8 : 0);
  }
  const blocks = lines.flat();
  return { ...plan, blocks, size, joints, width: o.width, height: Math.ceil(y) + 2, narrow: o.narrow, head, foot };
}

/** @param {PlacedBlock} block  @param {number} x  @param {number} top  @param {number} tall  of its line  @param {Plan} plan */
function placeBlock(block, x, top, tall, plan) {
  const sunk = sinks(block, plan) ? Math.round((tall - block.h) / 2) : 0;
  block.x = x;
  block.y = top + sunk;
  block.lineHeight = tall - sunk;
  for (const p of block.panels) {
    p.x = Math.round(block.x + p.x) + 0.5;
    p.y = Math.round(block.y + p.y) + 0.5;
  }
}

/** Beside lines of channels, what belongs to all of them stands in the middle.  @param {Block} block  @param {Plan} plan */
function sinks(block, plan) {
  return Boolean(plan.pitch) && block.panels.length === 1;
}

/** @param {PlacedBlock} block  @param {number} top  @param {number} tall  @param {Plan} plan */
function jointHeights(block, top, tall, plan) {
  if (plan.pitch && block.panels.length > 1) return block.panels.map((p) => p.y + (p.rows * p.ch) / 2);
  const sunk = sinks(block, plan) && block.y !== top;
  return [sunk ? block.y + block.h / 2 : top + Math.min(tall, 240) / 2];
}

/**
 * The panel and its cell at a place; null beside them.
 * @param {{ blocks: Block[] }} layout  @param {number} x  @param {number} y
 * @returns {{ panel: Panel, r: number, q: number } | null}
 */
export function hitTest(layout, x, y) {
  for (const block of layout.blocks) {
    for (const p of block.panels) {
      const q = Math.floor((x - p.x) / p.cw);
      const r = Math.floor((y - p.y) / p.ch);
      if (r >= 0 && q >= 0 && r < p.rows && q < p.cols) return { panel: p, r, q };
    }
  }
  return null;
}
