// Blocks: how wide their numbers are, how large they come out, which there are.

import { maxAbs } from "../shared/colour.js";
import { formatNumber } from "../shared/numbers.js";

// Width of a number in font sizes, measured once for each font.
const FIGURES = new Map();

function figureWidths(font) {
  if (!FIGURES.has(font)) {
    const ctx = document.createElement("canvas").getContext("2d");
    ctx.font = `100px ${font}`;
    const width = (text) => ctx.measureText(text).width / 100;
    FIGURES.set(font, {
      digit: Math.max(width("0"), width("8")),
      dot: width("."),
      sign: width("−"),
      other: width("∞"),
    });
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
export function widestNumber(values, decimals, font) {
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
export function weightDecimals(m, most) {
  return Math.min(maxAbs(m.w) < 0.5 ? Math.max(most, 2) : most, m.dec.w);
}

// The widest number among the maps named by `fields`, in font sizes.
export function widestIn(o, fields) {
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

export function needFor(o, fields) {
  const size = o.size.number;
  return { w: Math.ceil(widestIn(o, fields) * size + 6), h: size + 8 };
}

// The least width of a block: its title has to stand above it.
export function slotWidth(o) {
  return o.data.compact ? 0 : o.narrow ? 84 : 104;
}

export function gridOf(count, across) {
  return { across, down: Math.ceil(count / across) };
}

// One block: `count` panels of rows × cols cells, `across` of them side by side, their lines
// `pitch` apart where several blocks share them.
export function makeBlock(id, count, across, rows, cols, cell, o, named = false, pitch = 0) {
  const gap = 12;
  const label = (named || pitch) && count > 1 ? o.size.tick + 6 : 0;
  const { down } = gridOf(count, across);
  const panels = [];
  for (let c = 0; c < count; c++) {
    panels.push({
      id,
      c,
      rows,
      cols,
      cw: cell.w,
      ch: cell.h,
      label,
      x: (c % across) * (cols * cell.w + gap),
      y: Math.floor(c / across) * (pitch || rows * cell.h + gap + label) + label,
    });
  }
  return {
    id,
    panels,
    w: across * cols * cell.w + (across - 1) * gap,
    h: pitch ? (down - 1) * pitch + label + rows * cell.h : down * (rows * cell.h + label) + (down - 1) * gap,
  };
}

export function blockShapes(m, data) {
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
