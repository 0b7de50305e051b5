// Layout: where each map stands, and how large a cell is. Pixels of the stage, no drawing.
//
// Blocks (input, window, kernel, partial sums, output, comparison) hold panels, one a channel.
// If every number fits at a readable size, all panels share one cell size ("numbers"). Otherwise
// maps are pictures and the window stands magnified beside the kernel ("picture").

const SIZE = {
  plain: { number: 14, title: 15, small: 13, tick: 12, line: 1, accent: 2.5, cap: 52, gap: 44 },
  projector: { number: 18, title: 19, small: 17, tick: 16, line: 1.5, accent: 4, cap: 64, gap: 52 },
};

// Width of a number in font sizes, measured once for each font.
const FIGURES = new Map();

function figureWidths(font) {
  if (!FIGURES.has(font)) {
    const ctx = document.createElement("canvas").getContext("2d");
    ctx.font = `100px ${font}`;
    const width = (text) => ctx.measureText(text).width / 100;
    FIGURES.set(font, { digit: Math.max(width("0"), width("8")), dot: width("."), sign: width("−"), other: width("∞") });
  }
  return FIGURES.get(font);
}

function textWidth(text, font) {
  const w = figureWidths(font);
  let total = 0;
  for (const c of text) total += c === "." ? w.dot : c === "−" ? w.sign : c >= "0" && c <= "9" ? w.digit : w.other;
  return total;
}

// With fixed decimals the widest number is the least or the greatest one.
function widestNumber(values, decimals, font) {
  let low = 0;
  let high = 0;
  let infinite = false;
  for (const v of values) {
    if (!Number.isFinite(v)) infinite = true;
    else if (v < low) low = v;
    else if (v > high) high = v;
  }
  const texts = [formatNumber(low, decimals), formatNumber(high, decimals), infinite ? "−∞" : ""];
  return Math.max(...texts.map((text) => textWidth(text, font)));
}

// The widest number among the maps named by `fields`, in font sizes.
function widestIn(o, fields) {
  const { m, font } = o;
  const most = o.most;
  const widths = [0.5];
  const add = (values, decimals) => values && widths.push(widestNumber(values, Math.min(most, decimals), font));
  if (fields.includes("x")) add(m.x, m.dec.x);
  if (fields.includes("w")) add(m.w, m.dec.w);
  if (fields.includes("y")) {
    add(m.y, m.dec.y);
    if (m.compare) add(m.compare.y, m.dec.y);
  }
  if (fields.includes("y") && m.dx) {
    add(m.dx, m.dec.dx);
    add(m.dz, m.dec.dz);
  }
  if (fields.includes("y") && o.data.showPartials) add(m.partial, m.dec.y);
  return Math.max(...widths);
}

function needFor(o, fields) {
  const size = o.size.number;
  return { w: Math.ceil(widestIn(o, fields) * size + 7), h: size + 8 };
}

function layoutStage(stage, width) {
  const { m, data, theme } = stage;
  const size = data.projector ? SIZE.projector : SIZE.plain;
  const narrow = width < 600;
  const rows = data.showPartials && m.partial && m.C > 1 && m.C <= 4 && !narrow;
  const room = data.height ?? (data.compact ? 220 : data.projector ? 330 : 262);
  const options = { m, data, width, room, size, narrow, rows, font: theme.font, most: 6 };
  let plan = null;
  if (m.H <= 16 && m.W <= 16) {
    // Rather fewer decimals than no numbers: the sum below shows them all.
    for (const most of [6, 1, 0]) {
      options.most = most;
      plan = numbersLayout(options);
      if (plan) break;
      if (Math.max(m.dec.x, m.dec.y, m.dec.w) <= 1) break;
    }
  }
  if (!plan) options.most = 6;
  plan ??= pictureLayout(options);
  return { ...place(options, plan), most: options.most };
}

const titleHeight = (o) => (o.data.compact ? o.size.small + 10 : o.size.title + o.size.small + 14);
const legendHeight = (o) => (o.data.compact ? 0 : o.size.tick + 16);

function gridOf(count, across) {
  return { across, down: Math.ceil(count / across) };
}

// One block: `count` panels of rows × cols cells, `across` of them side by side, their lines
// `pitch` apart where several blocks share them.
function makeBlock(id, count, across, rows, cols, cell, o, named = false, pitch = 0) {
  const gap = 12;
  const label = (named || pitch) && count > 1 ? o.size.tick + 6 : 0;
  const { down } = gridOf(count, across);
  const panels = [];
  for (let c = 0; c < count; c++) {
    panels.push({
      id, c, rows, cols, cw: cell.w, ch: cell.h, label,
      x: (c % across) * (cols * cell.w + gap),
      y: Math.floor(c / across) * (pitch || rows * cell.h + gap + label) + label,
    });
  }
  return {
    id, panels,
    w: across * cols * cell.w + (across - 1) * gap,
    h: pitch ? (down - 1) * pitch + label + rows * cell.h : down * (rows * cell.h + label) + (down - 1) * gap,
  };
}

function blockShapes(m, data) {
  const shapes = [{ id: "input", count: m.C, rows: m.Hp, cols: m.Wp, named: true }];
  if (m.kind === "conv") shapes.push({ id: "kernel", count: m.C, rows: m.kh, cols: m.kw, named: false });
  if (data.showPartials && m.partial) {
    shapes.push({ id: "partial", count: m.C, rows: m.OH, cols: m.OW, named: true });
  }
  shapes.push({ id: "output", count: m.K, rows: m.OH, cols: m.OW, named: true });
  if (m.compare) {
    if (m.compare.w && m.C === 1) shapes.push({ id: "turned", count: 1, rows: m.kh, cols: m.kw, named: false });
    shapes.push({ id: "compare", count: 1, rows: m.OH, cols: m.OW, named: false });
  }
  return shapes;
}

// All numbers at a readable size, or null.
function numbersLayout(o) {
  const { m, data, size } = o;
  const need = needFor(o, ["x", "w", "y"]);
  const shapes = blockShapes(m, data);
  const lines = o.narrow ? shapes.map((s) => [s]) : [shapes];
  if (o.narrow && shapes.length > 2) {
    lines.splice(1, lines.length - 1, ...pairUp(shapes.slice(1), o, need));
  }
  const arrangements = m.C === 1 || o.rows ? [1] : [...new Set([m.C, Math.ceil(m.C / 2), 1])];
  // Up to 12 × 12 cells carry their numbers, though the stage grows a little for it.
  const lines12 = m.H <= 12 && m.W <= 12 && !data.compact ? Math.max(m.Hp, m.OH) * need.h : 0;
  let tallest = o.narrow ? Math.max(260, lines12) : Math.max(o.room, Math.min(lines12, o.room * 1.45));
  // One line a channel, from its input to its partial sum, may take half as much again.
  if (o.rows) tallest = Math.max(tallest, o.room * 1.6);
  let best = null;
  for (const wide of arrangements) {
    for (const kernelWide of arrangements) {
      const across = (s) => (s.count === 1 ? 1 : s.id === "kernel" || s.id === "partial" ? kernelWide : wide);
      let w = Infinity;
      let h = Infinity;
      for (const line of lines) {
        const cells = line.reduce((n, s) => n + across(s) * s.cols, 0);
        const fixed = line.reduce((n, s) => n + (across(s) - 1) * 12, 0) + (line.length - 1) * size.gap;
        w = Math.min(w, (o.width - fixed - 2) / cells);
        if (!o.narrow) w = Math.min(w, slotLimit(o, line, across));
        for (const s of line) {
          const { down } = gridOf(s.count, across(s));
          const label = (s.named || o.rows) && s.count > 1 ? size.tick + 6 : 0;
          h = Math.min(h, (tallest - (down - 1) * 12 - down * label) / (down * s.rows));
        }
      }
      const cap = data.compact ? 34 : size.cap;
      const cell = { h: Math.min(h, cap), w: Math.min(w, cap) };
      if (cell.h < need.h || w < need.w) continue;
      const square = Math.min(cell.h, cell.w);
      const fitted = square >= need.w ? { w: square, h: square } : { w: need.w, h: Math.min(cell.h, need.w) };
      fitted.w = Math.floor(fitted.w);
      fitted.h = Math.floor(fitted.h);
      const score = Math.min(fitted.w, fitted.h);
      if (!best || score > best.score) best = { score, across, fitted };
    }
  }
  if (!best) return null;
  const highest = Math.max(...shapes.filter((s) => s.count > 1).map((s) => s.rows));
  const pitch = o.rows ? highest * best.fitted.h + size.tick + 18 : 0;
  const blocks = shapes.map((s) =>
    makeBlock(s.id, s.count, best.across(s), s.rows, s.cols, best.fitted, o, s.named, s.count > 1 ? pitch : 0));
  const widest = widestIn(o, ["x", "w", "y"]);
  const font = Math.min(best.fitted.h * 0.46, (best.fitted.w - 7) / widest, size.number * 1.4);
  return { mode: "numbers", pitch, blocks, font: Math.max(size.number, Math.floor(font)), kernelCell: best.fitted };
}

// The cell width at which a line of blocks, each at least as wide as its title, fits.
function slotLimit(o, line, across) {
  const gaps = (line.length - 1) * o.size.gap;
  let w = o.size.cap * 1.7;
  for (let n = 0; n < 40; n++) {
    const taken = line.reduce((sum, s) => sum + Math.max(slotWidth(o), across(s) * s.cols * w + (across(s) - 1) * 12), gaps);
    if (taken <= o.width) return w;
    w *= 0.95;
  }
  return w;
}

// On a phone: kernel beside output (or output beside comparison) where both fit with numbers.
function pairUp(shapes, o, need) {
  const lines = [];
  for (const s of shapes) {
    const line = lines[lines.length - 1];
    const cells = line ? line.reduce((n, t) => n + t.cols, 0) + s.cols : 0;
    if (line && cells * need.w + 40 * line.length < o.width) line.push(s);
    else lines.push([s]);
  }
  return lines;
}

// Maps as pictures; window and kernel magnified with their numbers between them.
function pictureLayout(o) {
  const { m, data, size } = o;
  const partials = data.showPartials && m.partial;
  const middle = magnifier(o);
  const strip = m.C > 1 ? thumbStrip(m, o.narrow) : null;
  // Widths in cells: a map, and beside it the strip of its channels.
  const beside = strip && !o.narrow ? strip.across / strip.down : 0;
  const below = strip && o.narrow ? strip.down / strip.across : 0;
  const inputs = m.Wp * (1 + beside);
  const outputs = m.OW * (1 + (m.K > 1 ? beside : 0) + (m.compare ? 1 : 0)) + (partials ? m.OW * beside : 0);
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
        mode: "picture", blocks, font: size.number, kernelCell: middle.cell,
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

// The least width of a block: its title has to stand above it.
function slotWidth(o) {
  return o.data.compact ? 0 : o.narrow ? 84 : 104;
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
      id, c, rows, cols, cw: s, ch: s, label: 0, small: true,
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
function magnifier(o) {
  const { m } = o;
  const pairs = m.kind === "conv" ? 2 : 1;
  const tall = o.narrow ? 900 : o.room;
  // The maps keep at least five pixels a cell, or a good half of the width.
  const most = o.narrow ? o.width : Math.max(o.width * 0.42, Math.min(o.width * 0.6, o.width - 100 - 5.5 * (m.Wp + m.OW)));
  const before = o.most;
  for (const shown of m.C > 1 && m.C <= 8 ? [m.C, 1] : [1]) {
    for (const stacked of shown === 1 && pairs === 2 ? [true, false] : [false]) {
      for (const decimals of [6, 1]) {
        o.most = decimals;
        const need = needFor(o, ["x", "w"]);
        const across = m.kw * (stacked ? 1 : pairs);
        const down = m.kh * shown * (stacked ? pairs : 1);
        const w = (most - (stacked ? 0 : (pairs - 1) * 26)) / across;
        const h = (tall - (stacked ? 30 : 0) - (shown - 1) * 12) / down;
        if (w < need.w || h < need.h) continue;
        const cell = { w: Math.floor(Math.min(w, Math.max(need.w, 38))), h: Math.floor(Math.min(h, 34, Math.max(need.w, 28))) };
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
      id, c: shown > 1 ? n : -1, rows: m.kh, cols: m.kw, cw: cell.w, ch: cell.h, x, y: top, label: 0, numbers,
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

// Blocks onto lines: one line on a desktop, wrapped on a phone; then everything gets its pixels.
function place(o, plan) {
  const { size } = o;
  const head = titleHeight(o);
  const foot = legendHeight(o);
  const minimum = slotWidth(o);
  const lines = [[]];
  let used = 0;
  for (const block of plan.blocks) {
    block.slot = Math.max(block.w, minimum);
    const gap = o.narrow ? 26 : size.gap;
    if (used > 0 && used + gap + block.slot > o.width + 1) {
      lines.push([]);
      used = 0;
    }
    used += (used > 0 ? gap : 0) + block.slot;
    lines[lines.length - 1].push(block);
  }
  let y = 0;
  const joints = [];
  for (const line of lines) {
    const gap = o.narrow ? 26 : size.gap;
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
        const own = block.panels[0];
        const lines = plan.pitch && block.panels.length > 1 ? block.panels.map((p) => p.y + (p.rows * p.ch) / 2) : [];
        const middle = sunk ? block.y + block.h / 2 : y + head + Math.min(tall, 240) / 2;
        joints.push({ x: x - gap / 2, y: plan.pitch && own.id !== "output" && lines.length ? lines : [middle], before: block.id });
      }
      x += block.slot + gap;
    });
    y += head + tall + foot;
  }
  return { ...plan, size, lines, joints, width: o.width, height: Math.ceil(y), narrow: o.narrow, head, foot };
}

function hitTest(layout, x, y) {
  for (const block of layout.blocks) {
    for (const p of block.panels) {
      const q = Math.floor((x - p.x) / p.cw);
      const r = Math.floor((y - p.y) / p.ch);
      if (r >= 0 && q >= 0 && r < p.rows && q < p.cols) return { panel: p, r, q };
    }
  }
  return null;
}
