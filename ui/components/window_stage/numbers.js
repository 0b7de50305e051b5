// Every cell carries its number: all maps share one height of cells, and one width if it fits;
// where numbers are long, each map is as wide as its own numbers need.

import { blockShapes, gridOf, makeBlock, needFor, slotWidth, widestIn } from "./blocks.js";

/** @import { Block, BlockId, Extent, Field, Shape } from "./blocks.js" */
/** @import { Options, Plan } from "./layout.js" */

/** @typedef {Shape & { need: Extent }} Needing  what a number of it needs */
/** @typedef {(shape: Shape) => number} Across  how many of its maps stand abreast */
/** @typedef {{ width: number, high: number, across: Across, gap: number }} Fit  one way that fits */

/** Cells a number fits into are at least so high.  @param {Options} o */
function leastHeight({ size }) {
  return size.number + 8;
}

/** Height that the maps may take.  @param {Options} o */
function tallestOf(o) {
  const { m, data } = o;
  // Up to 12 × 12 cells carry their numbers, though the stage grows a little for it.
  const twelve = m.H <= 12 && m.W <= 12 && !data.compact ? Math.max(m.Hp, m.OH) * leastHeight(o) : 0;
  const tallest = o.narrow ? Math.max(260, twelve) : Math.max(o.room, Math.min(twelve, o.room * 1.45));
  // One line a channel, from its input to its partial sum, may take half as much again.
  return o.rows ? Math.max(tallest, o.room * 1.6) : tallest;
}

/** How high a cell can be where maps stand so.  @param {Options} o  @param {Shape[]} shapes  @param {Across} across */
function highestCell(o, shapes, across) {
  const tallest = tallestOf(o);
  const heights = shapes.map((s) => {
    const { down } = gridOf(s.count, across(s));
    const label = (s.named || o.rows) && s.count > 1 ? o.size.tick + 6 : 0;
    return (tallest - (down - 1) * 12 - down * label) / (down * s.rows);
  });
  return Math.min(o.data.compact ? 34 : o.size.cap, ...heights);
}

/** Ways in which several channels can stand: all abreast, in two lines, one under another.  @param {Options} o */
function arrangementsOf(o) {
  const { C } = o.m;
  const counts = C === 1 || o.rows ? [1] : [...new Set([C, Math.ceil(C / 2), 1])];
  return counts.flatMap((wide) => counts.map((kernelWide) => ({ wide, kernelWide })));
}

/** That way, with the first gap at which it fits.
 * @param {Options} o  @param {Needing[]} shapes  @param {Needing[][]} lines  @param {Across} across  @returns {Fit | null} */
function fitted(o, shapes, lines, across) {
  const high = highestCell(o, shapes, across);
  if (high < leastHeight(o)) return null;
  for (const gap of o.narrow ? [26] : [o.size.gap, o.size.gap * 0.6]) {
    const width = Math.min(...lines.map((line) => commonWidth(o, line, across, gap, high)));
    if (width >= 0) return { width, high, across, gap };
  }
  return null;
}

/** The layout, or null if the numbers do not fit at a readable size.  @param {Options} o  @returns {Plan | null} */
export function numbersLayout(o) {
  const shapes = blockShapes(o.m, o.data).map((s) => ({ ...s, need: needFor(o, [fieldOf(s.id)]) }));
  const lines = o.narrow && !shareOneLine(shapes, o) ? linesOnPhone(shapes, o) : [shapes];
  /** @type {Fit | null} */
  let best = null;
  for (const { wide, kernelWide } of arrangementsOf(o)) {
    const inMiddle = (/** @type {BlockId} */ id) => id === "kernel" || id === "partial";
    const across = (/** @type {Shape} */ s) => (s.count === 1 ? 1 : inMiddle(s.id) ? kernelWide : wide);
    const found = fitted(o, shapes, lines, across);
    if (found && (!best || found.width > best.width)) best = found;
  }
  return best && numbersPlan(o, shapes, lines, best);
}

/** @param {BlockId} id  @returns {Field} */
function fieldOf(id) {
  if (id === "input") return "x";
  if (id === "partial") return "p";
  return id === "kernel" || id === "turned" ? "w" : "y";
}

/**
 * The width of a cell that all maps of a line can share, at most `high`; maps whose numbers need
 * more are wider. Negative if not even that fits.
 * @param {Options} o  @param {Needing[]} line  @param {Across} across  @param {number} gap  @param {number} high
 */
function commonWidth(o, line, across, gap, high) {
  const taken = (/** @type {number} */ width) =>
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

/** @param {Options} o  @param {Needing[]} shapes  @param {Needing[][]} lines  @param {Fit} best  @returns {Plan} */
function numbersPlan(o, shapes, lines, best) {
  const { size } = o;
  const least = size.number + 8;
  const high = Math.floor(Math.min(best.high, Math.max(least, best.width)));
  const cellOf = (/** @type {Needing} */ s) => ({
    w: Math.max(Math.floor(Math.min(best.width, high)), s.need.w),
    h: high,
  });
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

/** Small maps stand beside each other on a phone too.  @param {Needing[]} shapes  @param {Options} o */
function shareOneLine(shapes, o) {
  const across = (/** @type {Shape} */ s) => s.count;
  return shapes.length < 4 && commonWidth(o, shapes, across, 26, 60) >= 2 * o.size.number;
}

/**
 * On a phone the input has a line of its own; the others share one where they fit.
 * @param {Needing[]} shapes  @param {Options} o
 */
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
