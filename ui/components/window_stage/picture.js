// Maps too large for numbers: pictures, with the window magnified beside the kernel.

import { makeBlock, needFor, slotWidth } from "./blocks.js";

/** @import { Block, Extent, Panel, PanelId } from "./blocks.js" */
/** @import { Options, Plan } from "./layout.js" */
/** @import { Model } from "./model.js" */

/** @typedef {{ across: number, down: number }} Strip  of thumbnails, one a channel */
/** @typedef {{ blocks: Block[], w: number, cell: Extent }} Magnified */

/** Cells that stand beside each other, and pixels between them.  @param {Options} o  @param {Strip | null} strip */
function widthsOf(o, strip) {
  const { m } = o;
  const beside = strip && !o.narrow ? strip.across / strip.down : 0;
  const partials = o.data.showPartials && m.partial ? 1 : 0;
  const others = m.compare ? 1 : 0;
  const outputs = m.OW * (1 + (m.K > 1 ? beside : 0) + others + partials * beside);
  const gaps = o.size.gap * (2 + others + partials) + (strip && !o.narrow ? 12 * strip.across : 0);
  return { cells: m.Wp * (1 + beside) + outputs, gaps };
}

/** The side of a cell to begin with.  @param {Options} o  @param {Strip | null} strip  @param {number} middle */
function firstSide(o, strip, middle) {
  const { m } = o;
  const below = strip && o.narrow ? strip.down / strip.across : 0;
  const { cells, gaps } = widthsOf(o, strip);
  const side = o.narrow
    ? Math.min((o.width - 2) / m.Wp, 260 / (m.Hp * (1 + below)))
    : Math.min((o.width - middle - gaps) / cells, o.room / m.Hp);
  const capped = Math.min(side, o.size.cap);
  return Math.max(capped >= 4 ? Math.floor(capped) : capped, 0.5);
}

/** @param {Options} o  @returns {Plan} */
export function pictureLayout(o) {
  const strip = o.m.C > 1 ? thumbStrip(o.m, o.narrow) : null;
  const middle = magnifier(o, widthsOf(o, strip).cells);
  let side = firstSide(o, strip, middle.w);
  for (;;) {
    const blocks = pictureBlocks(o, side, middle, strip);
    const widths = blocks.map((b) => Math.max(b.w, slotWidth(o)));
    const taken = widths.reduce((n, w) => n + w, 0) + (blocks.length - 1) * o.size.gap;
    if (o.narrow || taken <= o.width || side < 1) {
      const need = needFor(o, ["x", "y"]);
      const numbersInMaps = side >= Math.max(need.w, need.h);
      return { mode: "picture", blocks, font: o.size.number, numbersInMaps };
    }
    side = side > 5 ? side - 1 : side * 0.9;
  }
}

/** @param {Options} o  @param {number} s  @param {Magnified} middle  @param {Strip | null} strip  @returns {Block[]} */
function pictureBlocks(o, s, middle, strip) {
  const { m, data } = o;
  const cell = { w: s, h: s };
  const input = makeBlock("input", 1, 1, m.Hp, m.Wp, cell, o);
  input.panels[0].composite = data.inputKind === "rgb" && m.C === 3;
  input.panels[0].hero = m.C > 1;
  if (strip) addThumbs(input, strip, m, "thumb", o.narrow);
  const blocks = [input, ...middle.blocks];
  if (data.showPartials && m.partial) blocks.push(partialBlock(o, cell, strip));
  const output = makeBlock("output", 1, 1, m.OH, m.OW, cell, o);
  if (m.K > 1 && strip) {
    output.panels[0].hero = true;
    addThumbs(output, strip, m, "outthumb", o.narrow);
  }
  blocks.push(output);
  if (m.compare) blocks.push(makeBlock("compare", 1, 1, m.OH, m.OW, cell, o));
  return blocks;
}

/** Partial sums as thumbnails alone, one a channel.  @param {Options} o  @param {Extent} cell  @param {Strip | null} strip */
function partialBlock(o, cell, strip) {
  const { m } = o;
  const part = makeBlock("partial", 1, 1, m.OH, m.OW, cell, o);
  if (!strip) return part;
  addThumbs(part, strip, m, "partial", o.narrow);
  const thumbs = part.panels.slice(1);
  const [left, top] = [Math.min(...thumbs.map((p) => p.x)), Math.min(...thumbs.map((p) => p.y))];
  part.panels = thumbs.map((p) => ({ ...p, x: p.x - left, y: p.y - top }));
  part.w = Math.max(...part.panels.map((p) => p.x + p.cols * p.cw));
  part.h = Math.max(...part.panels.map((p) => p.y + p.rows * p.ch));
  return part;
}

/**
 * The channels of a map as thumbnails: beside it in a column or a square, on a phone below it.
 * @param {Model} m  @param {boolean} narrow  @returns {Strip}
 */
function thumbStrip(m, narrow) {
  const few = m.C <= 4 ? m.C : Math.ceil(Math.sqrt(m.C * (narrow ? 2.5 : 1)));
  const many = Math.ceil(m.C / few);
  return narrow ? { across: few, down: many } : { across: many, down: few };
}

/** @param {Block} block  @param {Strip} strip  @param {Model} m  @param {PanelId} id  @param {boolean} narrow */
function addThumbs(block, strip, m, id, narrow) {
  const { rows, cols, cw, ch } = block.panels[0];
  const gap = 6;
  const s = narrow
    ? (cols * cw - (strip.across - 1) * gap) / strip.across / cols
    : (rows * ch - (strip.down - 1) * gap) / strip.down / rows;
  for (let c = 0; c < m.C; c++) {
    const column = c % strip.across;
    const line = Math.floor(c / strip.across);
    block.panels.push({
      id,
      c,
      rows,
      cols,
      cw: s,
      ch: s,
      label: 0,
      small: true,
      x: (narrow ? 0 : cols * cw + 10) + column * (cols * s + gap),
      y: (narrow ? rows * ch + gap : 0) + line * (rows * s + gap),
    });
  }
  for (const p of block.panels) {
    block.w = Math.max(block.w, p.x + cols * p.cw);
    block.h = Math.max(block.h, p.y + rows * p.ch);
  }
}

/** @typedef {{ shown: number, stacked: boolean, decimals: number }} Way  to show window and kernel */

/** In the order of worth: every channel before one, above each other before beside, fewer decimals last.
 * @param {Options} o  @returns {Way[]} */
function waysOf({ m, narrow }) {
  const conv = m.kind === "conv";
  const counts = m.C > 1 && m.C <= 8 && !narrow ? [m.C, 1] : [1];
  return counts.flatMap((shown) =>
    (shown === 1 && conv ? [true, false] : [false]).flatMap((stacked) =>
      [6, 1].map((decimals) => ({ shown, stacked, decimals })),
    ),
  );
}

/** The cell of that way; null where it is too small for numbers.
 * @param {Options} o  @param {Way} way  @param {number} most  width  @param {number} tall  @returns {Extent | null} */
function cellOf(o, { shown, stacked, decimals }, most, tall) {
  const { m } = o;
  const pairs = m.kind === "conv" ? 2 : 1;
  o.most = decimals;
  const need = needFor(o, ["x", "w"]);
  const w = (most - (stacked ? 0 : (pairs - 1) * 26)) / (m.kw * (stacked ? 1 : pairs));
  const h = (tall - (stacked ? 30 : 0) - (shown - 1) * 12) / (m.kh * shown * (stacked ? pairs : 1));
  // On a phone a pair side by side leaves the most to see below it.
  if (o.narrow && stacked && pairs * m.kw * need.w + 26 <= most) return null;
  if (w < need.w || h < need.h) return null;
  return {
    w: Math.floor(Math.min(w, Math.max(need.w, 38))),
    h: Math.floor(Math.min(h, 34, Math.max(need.w, 28))),
  };
}

/**
 * The magnified window and the kernel: every channel if they fit, else the one in focus; with
 * fewer decimals rather than none; as colours alone if the kernel is too large for numbers.
 * @param {Options} o  @param {number} cells  @returns {Magnified}
 */
function magnifier(o, cells) {
  const { m } = o;
  const tall = o.narrow ? 900 : o.room;
  // The maps come first: six pixels a cell, as long as a third of the width is left.
  const spare = o.width - 2 * o.size.gap - 6 * cells;
  const most = o.narrow ? o.width : Math.max(o.width * 0.36, Math.min(o.width * 0.6, spare));
  const before = o.most;
  for (const way of waysOf(o)) {
    const cell = cellOf(o, way, most, tall);
    if (cell) return magnifierBlocks(o, way, cell, true);
  }
  o.most = before;
  const down = (m.kind === "conv" ? 2 : 1) * m.kh + 2;
  const side = Math.max(4, Math.min(26, Math.floor(Math.min(most / m.kw, tall / down))));
  return magnifierBlocks(o, { shown: 1, stacked: true }, { w: side, h: side }, false);
}

/**
 * @param {Options} o  @param {{ shown: number, stacked: boolean }} way  @param {Extent} cell
 * @param {boolean} numbers  @returns {Magnified}
 */
function magnifierBlocks(o, { shown, stacked }, cell, numbers) {
  const { m } = o;
  /** @type {Block} */
  const block = { id: "window", panels: [], w: 0, h: 0, shown, stacked };
  for (let n = 0; n < shown; n++) {
    const tall = m.kh * cell.h;
    const y = n * (tall + 12);
    /** @param {PanelId} id  @param {number} x  @param {number} top  @returns {Panel} */
    const panel = (id, x, top) => ({
      id,
      c: shown > 1 ? n : -1,
      rows: m.kh,
      cols: m.kw,
      cw: cell.w,
      ch: cell.h,
      x,
      y: top,
      label: 0,
      numbers,
    });
    block.panels.push(panel("window", 0, y));
    if (m.kind === "conv") {
      block.panels.push(stacked ? panel("kernel", 0, y + tall + 30) : panel("kernel", m.kw * cell.w + 26, y));
    }
  }
  for (const p of block.panels) {
    block.w = Math.max(block.w, p.x + p.cols * p.cw);
    block.h = Math.max(block.h, p.y + p.rows * p.ch);
  }
  return { blocks: [block], w: block.w, cell };
}
