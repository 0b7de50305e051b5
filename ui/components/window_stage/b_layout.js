// Layout: where each map stands, and how large a cell is. Pixels of the stage, no drawing.
//
// Blocks (input, window, kernel, partial sums, output, comparison) hold panels, one a channel.
// If every number fits at a readable size, the maps carry their numbers (b_numbers.js). Otherwise
// they are pictures and the window stands magnified beside the kernel (b_picture.js).

const SIZE = {
  plain: { number: 14, title: 15, small: 13, tick: 12, line: 1, accent: 2.5, cap: 72, gap: 44 },
  projector: { number: 18, title: 19, small: 17, tick: 16, line: 1.5, accent: 4, cap: 84, gap: 52 },
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

// Where room is short numbers lose decimals, but of small weights one would leave nothing to tell
// them apart by: −0.19 and −0.22 are both −0.2.
function weightDecimals(m, most) {
  return Math.min(maxAbs(m.w) < 0.5 ? Math.max(most, 2) : most, m.dec.w);
}

// The widest number among the maps named by `fields`, in font sizes.
function widestIn(o, fields) {
  const { m, font } = o;
  const most = o.most;
  const widths = [0.5];
  const add = (values, decimals) => values && widths.push(widestNumber(values, Math.min(most, decimals), font));
  if (fields.includes("x")) add(m.x, m.dec.x);
  if (fields.includes("w") && m.w) widths.push(widestNumber(m.w, weightDecimals(m, most), font));
  if (fields.includes("y")) {
    add(m.y, m.dec.y);
    if (m.compare) add(m.compare.y, m.dec.y);
  }
  if (fields.includes("x")) add(m.dx, m.dec.dx);
  if (fields.includes("y")) add(m.dz, m.dec.dz);
  if (fields.includes("p")) add(m.partial, m.dec.y);
  return Math.max(...widths);
}

function needFor(o, fields) {
  const size = o.size.number;
  return { w: Math.ceil(widestIn(o, fields) * size + 6), h: size + 8 };
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

// The least width of a block: its title has to stand above it.
function slotWidth(o) {
  return o.data.compact ? 0 : o.narrow ? 84 : 104;
}

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
