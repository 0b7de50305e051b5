// Every cell carries its number: all maps share one height of cells, and one width if it fits;
// where numbers are long, each map is as wide as its own numbers need.

import { blockShapes, gridOf, makeBlock, needFor, slotWidth, widestIn } from "./blocks.js";

// The layout, or null if the numbers do not fit at a readable size.
export function numbersLayout(o) {
  const { m, data, size } = o;
  const shapes = blockShapes(m, data).map((s) => ({ ...s, need: needFor(o, [fieldOf(s.id)]) }));
  const lines = o.narrow && !shareOneLine(shapes, o) ? linesOnPhone(shapes, o) : [shapes];
  const least = size.number + 8;
  // Up to 12 × 12 cells carry their numbers, though the stage grows a little for it.
  const twelve = m.H <= 12 && m.W <= 12 && !data.compact ? Math.max(m.Hp, m.OH) * least : 0;
  let tallest = o.narrow ? Math.max(260, twelve) : Math.max(o.room, Math.min(twelve, o.room * 1.45));
  // One line a channel, from its input to its partial sum, may take half as much again.
  if (o.rows) tallest = Math.max(tallest, o.room * 1.6);
  const arrangements = m.C === 1 || o.rows ? [1] : [...new Set([m.C, Math.ceil(m.C / 2), 1])];
  let best = null;
  for (const wide of arrangements) {
    for (const kernelWide of arrangements) {
      const inMiddle = (id) => id === "kernel" || id === "partial";
      const across = (s) => (s.count === 1 ? 1 : inMiddle(s.id) ? kernelWide : wide);
      let high = data.compact ? 34 : size.cap;
      for (const s of shapes) {
        const { down } = gridOf(s.count, across(s));
        const label = (s.named || o.rows) && s.count > 1 ? size.tick + 6 : 0;
        high = Math.min(high, (tallest - (down - 1) * 12 - down * label) / (down * s.rows));
      }
      if (high < least) continue;
      for (const gap of o.narrow ? [26] : [size.gap, size.gap * 0.6]) {
        const width = Math.min(...lines.map((line) => commonWidth(o, line, across, gap, high)));
        if (width < 0) continue;
        if (!best || width > best.width) best = { width, high, across, gap };
        break;
      }
    }
  }
  return best && numbersPlan(o, shapes, lines, best);
}

function fieldOf(id) {
  return { input: "x", kernel: "w", turned: "w", partial: "p" }[id] ?? "y";
}

// The width of a cell that all maps of a line can share, at most `high`; maps whose numbers need
// more are wider. Negative if not even that fits.
function commonWidth(o, line, across, gap, high) {
  const taken = (width) =>
    line.reduce(
      (sum, s) => {
        const n = across(s);
        const map = n * s.cols * Math.max(Math.floor(width), s.need.w) + (n - 1) * 12;
        return sum + Math.max(slotWidth(o), map);
      },
      (line.length - 1) * gap,
    );
  for (let width = high; width >= 0; width -= 0.5) if (taken(width) <= o.width - 2) return width;
  return -1;
}

function numbersPlan(o, shapes, lines, best) {
  const { size } = o;
  const least = size.number + 8;
  const high = Math.floor(Math.min(best.high, Math.max(least, best.width)));
  const cellOf = (s) => ({ w: Math.max(Math.floor(Math.min(best.width, high)), s.need.w), h: high });
  const highest = Math.max(...shapes.filter((s) => s.count > 1).map((s) => s.rows));
  const pitch = o.rows ? highest * high + size.tick + 18 : 0;
  const blocks = shapes.map((s) =>
    makeBlock(s.id, s.count, best.across(s), s.rows, s.cols, cellOf(s), o, s.named, s.count > 1 ? pitch : 0),
  );
  const fonts = shapes.map((s) => (cellOf(s).w - 6) / widestIn(o, [fieldOf(s.id)]));
  const font = Math.max(
    size.number,
    Math.floor(Math.min(high * 0.46, Math.max(size.number * 1.4, high * 0.32), ...fonts)),
  );
  return { mode: "numbers", pitch, blocks, font, gap: best.gap, lines: lines.map((line) => line.map((s) => s.id)) };
}

// Small maps stand beside each other on a phone too.
function shareOneLine(shapes, o) {
  const across = (s) => s.count;
  return shapes.length < 4 && commonWidth(o, shapes, across, 26, 60) >= 2 * o.size.number;
}

// On a phone the input has a line of its own; the others share one where they fit.
function linesOnPhone(shapes, o) {
  const lines = [[shapes[0]]];
  let used = Infinity;
  for (const s of shapes.slice(1)) {
    const n = s.count > 1 ? Math.min(s.count, 2) : 1;
    const width = Math.max(slotWidth(o), n * s.cols * s.need.w);
    if (used + 26 + width <= o.width - 2) {
      lines[lines.length - 1].push(s);
      used += 26 + width;
    } else {
      lines.push([s]);
      used = width;
    }
  }
  return lines;
}
