// Maps too large for numbers: pictures, with the window magnified beside the kernel.

import { makeBlock, needFor, slotWidth } from "./blocks.js";

export function pictureLayout(o) {
  const { m, data, size } = o;
  const partials = data.showPartials && m.partial;
  const strip = m.C > 1 ? thumbStrip(m, o.narrow) : null;
  // Widths in cells: a map, and beside it the strip of its channels.
  const beside = strip && !o.narrow ? strip.across / strip.down : 0;
  const below = strip && o.narrow ? strip.down / strip.across : 0;
  const inputs = m.Wp * (1 + beside);
  const outputs = m.OW * (1 + (m.K > 1 ? beside : 0) + (m.compare ? 1 : 0)) + (partials ? m.OW * beside : 0);
  const middle = magnifier(o, inputs + outputs);
  const gaps = size.gap * (2 + (m.compare ? 1 : 0) + (partials ? 1 : 0)) + (strip && !o.narrow ? 12 * strip.across : 0);
  let s = o.narrow
    ? Math.min((o.width - 2) / m.Wp, 260 / (m.Hp * (1 + below)))
    : Math.min((o.width - middle.w - gaps) / (inputs + outputs), o.room / m.Hp);
  s = Math.min(s, size.cap);
  if (s >= 4) s = Math.floor(s);
  s = Math.max(s, 0.5);
  for (;;) {
    const blocks = pictureBlocks(o, s, middle, strip, partials);
    const taken = blocks.reduce((n, b) => n + Math.max(b.w, slotWidth(o)), 0) + (blocks.length - 1) * size.gap;
    if (o.narrow || taken <= o.width || s < 1) {
      const need = needFor(o, ["x", "y"]);
      return {
        mode: "picture",
        blocks,
        font: size.number,
        kernelCell: middle.cell,
        numbersInMaps: s >= Math.max(need.w, need.h),
      };
    }
    s = s > 5 ? s - 1 : s * 0.9;
  }
}

function pictureBlocks(o, s, middle, strip, partials) {
  const { m, data } = o;
  const cell = { w: s, h: s };
  const input = makeBlock("input", 1, 1, m.Hp, m.Wp, cell, o);
  input.panels[0].composite = data.inputKind === "rgb" && m.C === 3;
  input.panels[0].hero = m.C > 1;
  if (strip) addThumbs(input, strip, m, "thumb", o.narrow);
  const blocks = [input, ...middle.blocks];
  if (partials) {
    const part = makeBlock("partial", 1, 1, m.OH, m.OW, cell, o);
    if (strip) {
      addThumbs(part, strip, m, "partial", o.narrow);
      const thumbs = part.panels.slice(1);
      const [left, top] = [Math.min(...thumbs.map((p) => p.x)), Math.min(...thumbs.map((p) => p.y))];
      part.panels = thumbs.map((p) => ({ ...p, x: p.x - left, y: p.y - top }));
      part.w = Math.max(...part.panels.map((p) => p.x + p.cols * p.cw));
      part.h = Math.max(...part.panels.map((p) => p.y + p.rows * p.ch));
    }
    blocks.push(part);
  }
  const output = makeBlock("output", 1, 1, m.OH, m.OW, cell, o);
  if (m.K > 1) {
    output.panels[0].hero = true;
    addThumbs(output, strip, m, "outthumb", o.narrow);
  }
  blocks.push(output);
  if (m.compare) blocks.push(makeBlock("compare", 1, 1, m.OH, m.OW, cell, o));
  return blocks;
}

// The channels of a map as thumbnails: beside it in a column or a square, on a phone below it.
function thumbStrip(m, narrow) {
  const few = m.C <= 4 ? m.C : Math.ceil(Math.sqrt(m.C * (narrow ? 2.5 : 1)));
  const many = Math.ceil(m.C / few);
  return narrow ? { across: few, down: many } : { across: many, down: few };
}

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

// The magnified window and the kernel: every channel if they fit, else the one in focus; with
// fewer decimals rather than none; as colours alone if the kernel is too large for numbers.
function magnifier(o, cells) {
  const { m } = o;
  const pairs = m.kind === "conv" ? 2 : 1;
  const tall = o.narrow ? 900 : o.room;
  // The maps come first: six pixels a cell, as long as a third of the width is left.
  const spare = o.width - 2 * o.size.gap - 6 * cells;
  const most = o.narrow ? o.width : Math.max(o.width * 0.36, Math.min(o.width * 0.6, spare));
  const before = o.most;
  for (const shown of m.C > 1 && m.C <= 8 && !o.narrow ? [m.C, 1] : [1]) {
    for (const stacked of shown === 1 && pairs === 2 ? [true, false] : [false]) {
      for (const decimals of [6, 1]) {
        o.most = decimals;
        const need = needFor(o, ["x", "w"]);
        const across = m.kw * (stacked ? 1 : pairs);
        const down = m.kh * shown * (stacked ? pairs : 1);
        const w = (most - (stacked ? 0 : (pairs - 1) * 26)) / across;
        const h = (tall - (stacked ? 30 : 0) - (shown - 1) * 12) / down;
        // On a phone a pair side by side leaves the most to see below it.
        if (o.narrow && stacked && pairs * m.kw * need.w + 26 <= most) continue;
        if (w < need.w || h < need.h) continue;
        const cell = {
          w: Math.floor(Math.min(w, Math.max(need.w, 38))),
          h: Math.floor(Math.min(h, 34, Math.max(need.w, 28))),
        };
        return magnifierBlocks(o, { shown, stacked }, cell, true);
      }
    }
  }
  o.most = before;
  const side = Math.max(4, Math.min(26, Math.floor(Math.min(most / m.kw, tall / (pairs * m.kh + 2)))));
  return magnifierBlocks(o, { shown: 1, stacked: true }, { w: side, h: side }, false);
}

function magnifierBlocks(o, { shown, stacked }, cell, numbers) {
  const { m } = o;
  const block = { id: "window", panels: [], w: 0, h: 0, shown, stacked };
  for (let n = 0; n < shown; n++) {
    const tall = m.kh * cell.h;
    const y = n * (tall + 12);
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
