// Layout: where each map stands, and how large a cell is. Pixels of the stage, no drawing.
//
// Blocks (input, window, kernel, partial sums, output, comparison) hold panels, one a channel.
// If every number fits at a readable size, all panels share one cell size ("numbers"). Otherwise
// maps are pictures and the window stands magnified beside the kernel ("picture").

const SIZE = {
  plain: { number: 14, title: 15, small: 13, tick: 12, line: 1, accent: 2.5, cap: 52, gap: 44 },
  projector: { number: 18, title: 19, small: 17, tick: 16, line: 1.5, accent: 4, cap: 64, gap: 52 },
};

const FIGURE = 0.585; // width of a figure, in font sizes, with a little air

function widestText(m, fields) {
  let most = 1;
  const measure = (values, decimals) => {
    for (const v of values) most = Math.max(most, formatNumber(v, decimals).replace(/[.−]/g, "·").length);
  };
  if (fields.includes("x")) measure(m.x, m.dec.x);
  if (fields.includes("w") && m.w) measure(m.w, m.dec.w);
  if (fields.includes("y")) measure(m.y, m.dec.y);
  if (m.dx && fields.includes("x")) {
    measure(m.dx, m.dec.dx);
    measure(m.dz, m.dec.dz);
  }
  return most;
}

function needFor(m, fields, font) {
  const chars = widestText(m, fields);
  return { w: Math.ceil(chars * font * FIGURE + 6), h: Math.ceil(font * 1.75) };
}

function layoutStage(m, data, width) {
  const size = data.projector ? SIZE.projector : SIZE.plain;
  const narrow = width < 600;
  const room = data.height ?? (data.compact ? 240 : data.projector ? 350 : 310);
  const options = { m, data, width, room, size, narrow };
  const plan = m.H <= 16 && m.W <= 16 ? numbersLayout(options) : null;
  return place(options, plan ?? pictureLayout(options));
}

const titleHeight = (o) => (o.data.compact ? o.size.small + 10 : o.size.title + o.size.small + 16);
const legendHeight = (o) => (o.data.compact ? 0 : o.size.tick + 18);

function gridOf(count, across) {
  return { across, down: Math.ceil(count / across) };
}

// One block: `count` panels of rows × cols cells, `across` of them side by side.
function makeBlock(id, count, across, rows, cols, cell, o, named = false) {
  const gap = 12;
  const label = named && count > 1 ? o.size.tick + 6 : 0;
  const { down } = gridOf(count, across);
  const panels = [];
  for (let c = 0; c < count; c++) {
    panels.push({
      id, c, rows, cols, cw: cell.w, ch: cell.h, label,
      x: (c % across) * (cols * cell.w + gap),
      y: Math.floor(c / across) * (rows * cell.h + gap + label) + label,
    });
  }
  return {
    id, panels,
    w: across * cols * cell.w + (across - 1) * gap,
    h: down * (rows * cell.h + label) + (down - 1) * gap,
  };
}

function blockShapes(m, data) {
  const shapes = [{ id: "input", count: m.C, rows: m.Hp, cols: m.Wp, named: true }];
  if (m.kind === "conv") shapes.push({ id: "kernel", count: m.C, rows: m.kh, cols: m.kw, named: false });
  if (data.showPartials && m.partial) {
    shapes.push({ id: "partial", count: m.C, rows: m.OH, cols: m.OW, named: true });
  }
  shapes.push({ id: "output", count: m.K, rows: m.OH, cols: m.OW, named: true });
  if (m.compare) shapes.push({ id: "compare", count: 1, rows: m.OH, cols: m.OW, named: false });
  return shapes;
}

// All numbers at a readable size, or null.
function numbersLayout(o) {
  const { m, data, size } = o;
  const need = needFor(m, ["x", "w", "y"], size.number);
  const shapes = blockShapes(m, data);
  const lines = o.narrow ? shapes.map((s) => [s]) : [shapes];
  if (o.narrow && shapes.length > 2) {
    lines.splice(1, lines.length - 1, ...pairUp(shapes.slice(1), o, need));
  }
  const arrangements = m.C === 1 ? [1] : [...new Set([m.C, Math.ceil(m.C / 2), 1])];
  const tallest = o.narrow ? 2000 : o.room;
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
        for (const s of line) {
          const { down } = gridOf(s.count, across(s));
          const label = s.named && s.count > 1 ? size.tick + 6 : 0;
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
  const blocks = shapes.map((s) =>
    makeBlock(s.id, s.count, best.across(s), s.rows, s.cols, best.fitted, o, s.named));
  const chars = widestText(m, ["x", "w", "y"]);
  const font = Math.min(best.fitted.h * 0.46, (best.fitted.w - 6) / (chars * FIGURE), size.number * 1.5);
  return { mode: "numbers", blocks, font: Math.max(size.number, Math.floor(font)), kernelCell: best.fitted };
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
  const middle = magnifier(o);
  const many = m.C > 1;
  const composite = data.inputKind === "rgb" && m.C === 3;
  const copies = 1 + (m.compare ? 1 : 0) + (data.showPartials && m.partial ? 0.5 : 0);
  const gaps = size.gap * (2 + copies - 1) + (middle.w ? 0 : -size.gap);
  const room = o.narrow ? 300 : o.room;
  // Thumbnails of the channels stand below the large one and take about a third of its width each.
  const strip = many ? thumbStrip(m) : null;
  const stripRatio = strip ? strip.down / strip.across : 0;
  let s = o.narrow
    ? Math.min((o.width - 2) / m.Wp, room / m.Hp)
    : Math.min((o.width - middle.w - gaps) / (m.Wp + m.OW * copies), room / (m.Hp * (1 + stripRatio) + 0.01));
  s = Math.min(s, size.cap);
  if (s >= 4) s = Math.floor(s);
  s = Math.max(s, 0.5);
  const cell = { w: s, h: s };
  const input = makeBlock("input", 1, 1, m.Hp, m.Wp, cell, o);
  input.panels[0].composite = composite;
  input.panels[0].hero = many;
  if (strip) addThumbs(input, strip, m, "thumb", m.Hp, m.Wp);
  const blocks = [input, ...middle.blocks];
  if (data.showPartials && m.partial) {
    const small = { w: s / 2, h: s / 2 };
    blocks.push(makeBlock("partial", m.C, Math.ceil(Math.sqrt(m.C)), m.OH, m.OW, small, o, true));
  }
  const output = makeBlock("output", 1, 1, m.OH, m.OW, cell, o);
  if (m.K > 1) {
    output.panels[0].hero = true;
    addThumbs(output, strip, m, "outthumb", m.OH, m.OW);
  }
  blocks.push(output);
  if (m.compare) blocks.push(makeBlock("compare", 1, 1, m.OH, m.OW, cell, o));
  const need = needFor(m, ["x", "y"], size.number);
  return { mode: "picture", blocks, font: size.number, numbersInMaps: s >= Math.max(need.w, need.h), kernelCell: middle.cell };
}

function thumbStrip(m) {
  const across = m.C <= 4 ? Math.max(3, m.C) : Math.ceil(Math.sqrt(m.C * 2.5));
  return { across, down: Math.ceil(m.C / across) };
}

function addThumbs(block, strip, m, id, rows, cols) {
  const hero = block.panels[0];
  const gap = 6;
  const w = (block.w - (strip.across - 1) * gap) / strip.across;
  const s = w / cols;
  for (let c = 0; c < m.C; c++) {
    block.panels.push({
      id, c, rows, cols, cw: s, ch: s, label: 0, small: true,
      x: (c % strip.across) * (w + gap),
      y: hero.rows * hero.ch + gap + Math.floor(c / strip.across) * (rows * s + gap),
    });
  }
  block.h += strip.down * (rows * s + gap);
}

// The magnified window and the kernel: every channel if they fit, else the one in focus.
function magnifier(o) {
  const { m, size } = o;
  const need = needFor(m, ["x", "w"], size.number);
  const gap = 12;
  const most = o.narrow ? o.width : o.width * 0.42;
  const conv = m.kind === "conv";
  const pairs = conv ? 2 : 1;
  const tries = [];
  const cell = { w: Math.max(need.w, 30), h: Math.max(need.h, 28) };
  for (const shown of m.C > 1 ? [m.C, 1] : [1]) {
    for (const stacked of [shown === 1, false]) {
      const w = (stacked ? 1 : pairs) * m.kw * cell.w + (stacked ? 0 : (pairs - 1) * 26);
      const h = shown * ((stacked ? pairs : 1) * m.kh * cell.h + (stacked ? 30 : 0)) + (shown - 1) * gap;
      if (w <= most && h <= (o.narrow ? 900 : o.room)) tries.push({ shown, stacked });
    }
  }
  const choice = tries[0];
  if (!choice) {
    // Too large for numbers: colours alone here, the numbers stand in the sum below.
    const side = Math.max(4, Math.min(26, Math.floor(Math.min(most / m.kw, o.room / (pairs * m.kh + 2)))));
    const small = { w: side, h: side };
    return magnifierBlocks(o, { shown: 1, stacked: true }, small, false);
  }
  const spare = choice.stacked && choice.shown === 1
    ? Math.min(40 / cell.h, o.room / (pairs * m.kh * cell.h + 30), most / (m.kw * cell.w))
    : 1;
  if (spare > 1) {
    cell.w = Math.floor(cell.w * spare);
    cell.h = Math.floor(cell.h * spare);
  }
  return magnifierBlocks(o, choice, cell, true);
}

function magnifierBlocks(o, { shown, stacked }, cell, numbers) {
  const { m } = o;
  const conv = m.kind === "conv";
  const name = shown > 1 ? o.size.tick + 6 : 0;
  const block = { id: "window", panels: [], w: 0, h: 0, shown };
  for (let n = 0; n < shown; n++) {
    const tall = m.kh * cell.h;
    const y = n * (tall + 12) * 1;
    const panel = (id, x, top) => ({
      id, c: shown > 1 ? n : -1, rows: m.kh, cols: m.kw, cw: cell.w, ch: cell.h, x, y: top, label: 0, numbers,
    });
    block.panels.push(panel("window", 0, y));
    if (conv) block.panels.push(stacked ? panel("kernel", 0, y + tall + 30) : panel("kernel", m.kw * cell.w + 26, y));
  }
  for (const p of block.panels) {
    block.w = Math.max(block.w, p.x + p.cols * p.cw);
    block.h = Math.max(block.h, p.y + p.rows * p.ch);
  }
  block.stacked = stacked;
  block.nameHeight = name;
  return { blocks: [block], w: block.w, cell };
}

// Blocks onto lines: one line on a desktop, wrapped on a phone; then everything gets its pixels.
function place(o, plan) {
  const { size } = o;
  const head = titleHeight(o);
  const foot = legendHeight(o);
  const minimum = o.data.compact ? 0 : o.narrow ? 84 : 104;
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
      block.y = y + head;
      block.lineHeight = tall;
      for (const p of block.panels) {
        p.x = Math.round(block.x + p.x) + 0.5;
        p.y = Math.round(block.y + p.y) + 0.5;
      }
      if (n > 0) joints.push({ x: x - gap / 2, y: y + head + Math.min(tall, 240) / 2, after: line[n - 1].id, before: block.id });
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
