// Layout: where each map stands, and how large a cell is. Pixels of the stage, no drawing.
//
// Blocks (input, window, kernel, partial sums, output, comparison) hold panels, one a channel.
// If every number fits at a readable size, the maps carry their numbers (numbers.js). Otherwise
// they are pictures and the window stands magnified beside the kernel (picture.js).

import { maxAbs } from "../shared/colour.js";
import { slotWidth } from "./blocks.js";
import { finiteOnly } from "./model.js";
import { numbersLayout } from "./numbers.js";
import { pictureLayout } from "./picture.js";

export const SIZE = {
  plain: { number: 14, title: 15, small: 13, tick: 12, line: 1, accent: 2.5, cap: 72, gap: 44 },
  projector: { number: 18, title: 19, small: 17, tick: 16, line: 1.5, accent: 4, cap: 84, gap: 52 },
};

export function layoutStage(stage, width) {
  const { m, data, theme } = stage;
  const size = data.projector ? SIZE.projector : SIZE.plain;
  const narrow = width < 600;
  const rows = data.showPartials && m.partial && m.C > 1 && m.C <= 4 && !narrow;
  const room = data.height ?? (data.compact ? 220 : data.projector ? 330 : 262);
  const options = { m, data, width, room, size, narrow, rows, font: theme.font, most: 6 };
  let plan = null;
  if (m.H <= 16 && m.W <= 16) {
    // Rather fewer decimals than no numbers: the sum below shows them all.
    const large = Math.min(maxAbs(finiteOnly(m.x)), maxAbs(m.y), m.w ? maxAbs(m.w) : Infinity) >= 10;
    for (const most of large ? [6, 1, 0] : [6, 1]) {
      options.most = most;
      plan = numbersLayout(options);
      if (plan) break;
    }
  }
  if (!plan) options.most = 6;
  plan ??= pictureLayout(options);
  return { ...place(options, plan), most: options.most };
}

const titleHeight = (o) => (o.data.compact ? o.size.small + 10 : o.size.title + o.size.small + 14);
const legendHeight = (o) => (o.data.compact ? 0 : o.size.tick + 16);

// Blocks onto lines: as the plan has them, else one line, wrapped on a phone. Pixels for all.
function place(o, plan) {
  const { size } = o;
  const head = titleHeight(o);
  const foot = legendHeight(o);
  const gap = plan.gap ?? (o.narrow ? 26 : size.gap);
  const lines = [];
  let used = 0;
  for (const block of plan.blocks) {
    block.slot = Math.max(block.w, slotWidth(o));
    const last = lines[lines.length - 1];
    const together = plan.lines
      ? plan.lines.some((ids) => ids.includes(block.id) && ids.includes(last?.[last.length - 1].id))
      : used + gap + block.slot <= o.width + 1;
    if (last && together) last.push(block);
    else lines.push([block]);
    used = last && together ? used + gap + block.slot : block.slot;
  }
  let y = 0;
  const joints = [];
  for (const line of lines) {
    const total = line.reduce((n, b) => n + b.slot, 0) + (line.length - 1) * gap;
    const tall = Math.max(...line.map((b) => b.h));
    let x = Math.max(0, Math.floor((o.width - total) / 2));
    line.forEach((block, n) => {
      block.x = x;
      // Beside lines of channels, what belongs to all of them stands in the middle.
      const sunk = plan.pitch && block.panels.length === 1 ? Math.round((tall - block.h) / 2) : 0;
      block.y = y + head + sunk;
      block.lineHeight = tall - sunk;
      for (const p of block.panels) {
        p.x = Math.round(block.x + p.x) + 0.5;
        p.y = Math.round(block.y + p.y) + 0.5;
      }
      if (n > 0) {
        const own = plan.pitch && block.panels.length > 1;
        const middle = sunk ? block.y + block.h / 2 : y + head + Math.min(tall, 240) / 2;
        const at = own ? block.panels.map((p) => p.y + (p.rows * p.ch) / 2) : [middle];
        joints.push({ x: x - gap / 2, y: at, before: block.id });
      }
      x += block.slot + gap;
    });
    y += head + tall + foot + (o.narrow ? 8 : 0);
  }
  return { ...plan, size, joints, width: o.width, height: Math.ceil(y) + 2, narrow: o.narrow, head, foot };
}

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
