// Painting what stays still: maps with their numbers, the dashed ring, the dropped rim, legends.
// Done once for each change of data, size or theme; what moves is painted in overlay.js.

import { fitCanvas } from "../shared/canvas.js";
import { colourScale, css, inkOn, maxAbs, mix } from "../shared/colour.js";
import { cellHue } from "../shared/hues.js";
import { formatNumber } from "../shared/numbers.js";
import { parseColour } from "../shared/theme.js";
import { weightDecimals } from "./blocks.js";
import { finiteOnly, isPadding, xAt } from "./model.js";

/** Kinds of colours that tell signs apart, around a neutral 0. */
const SIGNED = ["activation", "gradient"];

export function makeScales(m, data, theme) {
  const inside = finiteOnly(m.x);
  let low = 0;
  let high = 0;
  for (const v of inside) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  if (high === low) high = low + 1;
  const scales = {
    weight: colourScale(data.kernelKind, theme.name, m.w ? maxAbs(m.w) : 1),
    output: outputScale(m, data, theme),
    partial: colourScale("activation", theme.name, m.partial ? maxAbs(m.partial) : 1),
    dz: colourScale("gradient", theme.name, m.dz ? maxAbs(m.dz) : 1),
    dx: colourScale("gradient", theme.name, m.dx ? maxAbs(m.dx) : 1),
    low,
    high,
  };
  const span = high - low;
  const ramp = (end) => (v) => mix([0, 0, 0], end, Math.max(0, Math.min(1, (v - low) / span)));
  if (data.inputKind === "rgb") {
    const ends = [
      [255, 60, 50],
      [60, 215, 80],
      [70, 120, 255],
    ];
    scales.input = ends.map(ramp);
  } else if (data.inputKind === "photo") {
    scales.input = [ramp([255, 255, 255])];
  } else if (SIGNED.includes(data.inputKind)) {
    scales.input = [colourScale(data.inputKind, theme.name, maxAbs(inside))];
  } else {
    scales.input = [colourScale("grey", theme.name, high, low)];
  }
  scales.inputOf = (c) => {
    const scale = scales.input[c % scales.input.length];
    const around = parseColour(theme.surface);
    return (v) => (Number.isFinite(v) ? scale(v) : around);
  };
  return scales;
}

function outputScale(m, data, theme) {
  const limit = m.compare ? Math.max(maxAbs(m.y), maxAbs(m.compare.y)) : maxAbs(m.y);
  if (data.outputKind === "grey") {
    let low = 0;
    for (const v of m.y) low = Math.min(low, v);
    return colourScale("grey", theme.name, limit, low);
  }
  if (data.outputKind === "photo")
    return (v) => mix([0, 0, 0], [255, 255, 255], Math.min(1, Math.max(0, v / (limit || 1))));
  return colourScale(data.outputKind, theme.name, limit);
}

// One map: `value(r, q)` is a number, null for an empty cell or a string to be written as it is.
export function paintMap(ctx, panel, look) {
  const { x, y, rows, cols, cw, ch } = panel;
  if (cw < 14 || rows * cols > 1600) {
    paintPicture(ctx, panel, look);
    return;
  }
  ctx.lineWidth = look.line;
  for (let r = 0; r < rows; r++) {
    for (let q = 0; q < cols; q++) {
      const value = look.value(r, q);
      const left = x + q * cw; // a stroke is sharp half a pixel off the grid, a fill is sharp on it
      const top = y + r * ch;
      const faint = look.faint?.(r, q) ?? false;
      if (typeof value === "number") {
        const colour = look.colour(value);
        ctx.globalAlpha = faint ? 0.45 : 1;
        ctx.fillStyle = css(colour);
        ctx.fillRect(left - 0.5, top - 0.5, cw, ch);
        ctx.globalAlpha = 1;
        if (look.numbers) {
          ctx.fillStyle = faint ? look.text : inkOn(colour);
          ctx.globalAlpha = faint ? 0.75 : 1;
          ctx.fillText(formatNumber(value, look.decimals), left + cw / 2, top + ch / 2 + 0.5);
          ctx.globalAlpha = 1;
        }
      } else if (value !== null) {
        ctx.fillStyle = look.panel;
        ctx.fillRect(left - 0.5, top - 0.5, cw, ch);
        ctx.fillStyle = look.text;
        ctx.fillText(value, left + cw / 2, top + ch / 2 + 0.5);
      }
      ctx.strokeStyle = look.border;
      ctx.setLineDash(faint ? [3, 3] : []);
      ctx.strokeRect(left, top, cw, ch);
    }
  }
  ctx.setLineDash([]);
  ctx.strokeStyle = look.border;
  ctx.strokeRect(x, y, cols * cw, rows * ch);
}

function paintPicture(ctx, panel, look) {
  const { x, y, rows, cols, cw, ch } = panel;
  const small = document.createElement("canvas");
  small.width = cols;
  small.height = rows;
  const inner = small.getContext("2d");
  const pixels = inner.createImageData(cols, rows);
  const unknown = parseColour(look.panel);
  const surface = parseColour(look.surface);
  for (let r = 0; r < rows; r++) {
    for (let q = 0; q < cols; q++) {
      const value = look.value(r, q);
      if (value === null) continue;
      let colour = typeof value === "number" ? look.colour(value) : Array.isArray(value) ? value : unknown;
      if (look.faint?.(r, q)) colour = mix(surface, colour, 0.5);
      pixels.data.set([colour[0], colour[1], colour[2], 255], (r * cols + q) * 4);
    }
  }
  inner.putImageData(pixels, 0, 0);
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(small, x - 0.5, y - 0.5, cols * cw, rows * ch);
  ctx.strokeStyle = look.border;
  ctx.lineWidth = look.line;
  ctx.strokeRect(x, y, cols * cw, rows * ch);
}

// Everything but the output's values, which are revealed piece by piece from `paintOutput`.
export function paintStill(ctx, stage) {
  const { m, layout, theme, scales, data } = stage;
  ctx.clearRect(0, 0, layout.width, layout.height);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const base = {
    text: theme.text,
    border: theme.border,
    panel: theme.panel,
    surface: theme.surface,
    line: layout.size.line,
  };
  for (const block of layout.blocks) {
    for (const p of block.panels) {
      ctx.font = `${layout.font}px ${theme.font}`;
      if (p.label) {
        ctx.font = `${layout.size.tick}px ${theme.font}`;
        ctx.textAlign = "left";
        ctx.fillStyle = css(parseColour(theme.text), 0.75);
        ctx.fillText(m.names[p.c] ?? "", p.x, p.y - p.label / 2 - 1);
        ctx.textAlign = "center";
        ctx.font = `${layout.font}px ${theme.font}`;
      }
      if (p.id === "input" || p.id === "thumb") {
        paintInput(ctx, stage, p, base);
        if (p.small && p.c === stage.focus && !layout.blocks[0].panels[0].composite) {
          ctx.strokeStyle = theme.text; // the one that is shown large
          ctx.lineWidth = 2;
          ctx.strokeRect(p.x - 2, p.y - 2, p.cols * p.cw + 4, p.rows * p.ch + 4);
        }
      } else if (p.id === "partial") {
        paintMap(ctx, p, {
          ...base,
          value: (r, q) => m.partial[(p.c * m.OH + r) * m.OW + q],
          colour: scales.partial,
          numbers: layout.mode === "numbers",
          decimals: Math.min(layout.most, m.dec.y),
        });
      } else if (p.id === "turned") {
        paintTurned(ctx, stage, p, base);
      } else if (p.id === "output" || p.id === "compare" || p.id === "outthumb") {
        paintMap(ctx, p, { ...base, value: () => null });
      }
    }
  }
  if (!data.compact) for (const block of layout.blocks) paintLegend(ctx, stage, block);
}

// The kernel of the comparison; a cell that only moved keeps its hue.
function paintTurned(ctx, stage, p, base) {
  const { m, layout, theme, scales } = stage;
  const w = m.compare.w;
  paintMap(ctx, p, {
    ...base,
    value: (a, b) => w[a * m.kw + b],
    colour: scales.weight,
    numbers: layout.mode === "numbers",
    decimals: weightDecimals(m, layout.most),
  });
  const turned = w.every((v, t) => v === m.w[m.taps - 1 - t]);
  for (let t = 0; t < m.taps; t++) {
    ctx.fillStyle = cellHue(turned ? m.taps - 1 - t : t, m.taps, theme.name);
    ctx.fillRect(p.x + (t % m.kw) * p.cw + 3, p.y + (Math.floor(t / m.kw) + 1) * p.ch - 5.5, p.cw - 6, 3);
  }
}

export function channelOf(stage, panel) {
  return panel.c >= 0 && !panel.hero ? panel.c : stage.focus;
}

function paintInput(ctx, stage, p, base) {
  const { m, layout, scales, theme, backward } = stage;
  const c = channelOf(stage, p);
  const faint = (r, q) => isPadding(m, r, q);
  const numbers = !p.small && (layout.mode === "numbers" || layout.numbersInMaps);
  let value = (r, q) => xAt(m, c, r, q);
  let colour = scales.inputOf(c);
  if (backward) {
    value = (r, q) => {
      if (isPadding(m, r, q)) return null; // what goes there is lost
      const last = stage.lastReaders[r * m.Wp + q];
      if (last > stage.paintedReach) return null;
      return m.dx[(c * m.H + r - m.top) * m.W + q - m.left];
    };
    colour = scales.dx;
  } else if (p.composite) {
    const level = (v) => Math.max(0, Math.min(255, ((v - scales.low) / (scales.high - scales.low)) * 255));
    value = (r, q) => [0, 1, 2].map((k) => level(xAt(m, k, r, q)));
    paintPicture(ctx, p, { ...base, value, faint });
    paintRing(ctx, stage, p, theme);
    return;
  }
  paintMap(ctx, p, {
    ...base,
    value,
    colour,
    faint,
    numbers,
    decimals: Math.min(layout.most, backward ? m.dec.dx : m.dec.x),
  });
  paintRing(ctx, stage, p, theme);
}

// The input's own edge inside its padding, and the hatched rim that no window reaches.
function paintRing(ctx, stage, p, theme) {
  const { m, layout } = stage;
  const padded = m.top + m.bottom + m.left + m.right > 0;
  if (padded) {
    ctx.strokeStyle = theme.text;
    ctx.lineWidth = layout.size.line * (p.small ? 1 : 1.5);
    ctx.strokeRect(p.x + m.left * p.cw, p.y + m.top * p.ch, m.W * p.cw, m.H * p.ch);
    ctx.setLineDash([4, 3]);
    ctx.lineWidth = layout.size.line;
    ctx.strokeStyle = css(parseColour(theme.text), 0.6);
    ctx.strokeRect(p.x, p.y, p.cols * p.cw, p.rows * p.ch);
    ctx.setLineDash([]);
  }
  const [dropH, dropW] = m.dropped;
  if (dropH > 0) hatch(ctx, p.x, p.y + (m.Hp - dropH) * p.ch, p.cols * p.cw, dropH * p.ch, theme, layout);
  if (dropW > 0) hatch(ctx, p.x + (m.Wp - dropW) * p.cw, p.y, dropW * p.cw, (m.Hp - dropH) * p.ch, theme, layout);
}

function hatch(ctx, x, y, w, h, theme, layout) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, h);
  ctx.clip();
  ctx.fillStyle = css(parseColour(theme.surface), 0.55);
  ctx.fillRect(x, y, w, h);
  ctx.strokeStyle = css(parseColour(theme.text), 0.55);
  ctx.lineWidth = layout.size.line;
  ctx.beginPath();
  const step = Math.min(8, Math.max(4, Math.min(w, h) / 2));
  for (let s = -h; s < w; s += step) {
    ctx.moveTo(x + s, y + h);
    ctx.lineTo(x + s + h, y);
  }
  ctx.stroke();
  ctx.restore();
}

// The finished output on a canvas of its own, from which the overlay copies what is reached.
export function paintOutput(stage) {
  const { m, layout, theme, scales, backward } = stage;
  const canvas = stage.outputCanvas;
  const ctx = fitCanvas(canvas, layout.width, layout.height);
  ctx.clearRect(0, 0, layout.width, layout.height);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const base = {
    text: theme.text,
    border: theme.border,
    panel: theme.panel,
    surface: theme.surface,
    line: layout.size.line,
    numbers: layout.mode === "numbers" || layout.numbersInMaps,
  };
  for (const block of layout.blocks) {
    for (const p of block.panels) {
      ctx.font = `${layout.font}px ${theme.font}`;
      const compare = p.id === "compare";
      if (!compare && p.id !== "output" && p.id !== "outthumb") continue;
      const k = m.K === 1 ? 0 : channelOf(stage, p);
      const values = compare ? m.compare.y : backward ? m.dz : m.y;
      const value = (r, q) => {
        const at = (k * m.OH + r) * m.OW + q;
        return !backward && m.hidden.has(at) ? "?" : values[at];
      };
      paintMap(ctx, p, {
        ...base,
        value,
        numbers: base.numbers && !p.small,
        colour: backward ? scales.dz : scales.output,
        decimals: Math.min(layout.most, backward ? m.dec.dz : m.dec.y),
      });
    }
  }
}

// A bar with the least value, zero and the greatest, under each block.
function paintLegend(ctx, stage, block) {
  const { m, layout, theme, scales, data, backward } = stage;
  const wide = Math.min(110, Math.max(block.slot - 8, 60));
  const x = block.x + 0.5;
  const y = Math.round(block.y + block.lineHeight) + 8.5;
  let low;
  let high;
  let colour;
  let decimals;
  if (block.id === "input") {
    const signed = SIGNED.includes(data.inputKind);
    low = backward ? -maxAbs(m.dx) : signed ? -maxAbs(finiteOnly(m.x)) : scales.low;
    high = backward ? maxAbs(m.dx) : signed ? -low : scales.high;
    const grey = (v) => mix([0, 0, 0], [255, 255, 255], (v - low) / (high - low));
    colour = backward ? scales.dx : data.inputKind === "rgb" ? grey : scales.inputOf(0);
    decimals = backward ? m.dec.dx : m.dec.x;
  } else if (block.id === "kernel" || (block.id === "window" && m.w)) {
    high = maxAbs(m.w);
    low = -high;
    colour = scales.weight;
    decimals = m.dec.w;
  } else if (block.id === "output") {
    const limit = maxAbs(backward ? m.dz : m.y);
    high = limit;
    low = SIGNED.includes(data.outputKind) || backward ? -limit : 0;
    colour = backward ? scales.dz : scales.output;
    decimals = backward ? m.dec.dz : m.dec.y;
  } else return;
  if (!colour || high === low) return;
  for (let t = 0; t < wide; t++) {
    ctx.fillStyle = css(colour(low + ((high - low) * t) / (wide - 1)));
    ctx.fillRect(x + t, y, 1.5, 5);
  }
  ctx.lineWidth = 1;
  ctx.strokeStyle = theme.border;
  ctx.strokeRect(x, y, wide, 5);
  ctx.font = `${layout.size.tick}px ${theme.font}`;
  ctx.fillStyle = css(parseColour(theme.text), 0.75);
  const line = y + 6 + layout.size.tick / 2 + 2;
  ctx.textAlign = "left";
  ctx.fillText(formatNumber(low, decimals), x, line);
  ctx.textAlign = "right";
  ctx.fillText(formatNumber(high, decimals), x + wide, line);
  ctx.textAlign = "center";
  const zero = x + (wide * -low) / (high - low);
  const free = (text) => ctx.measureText(text).width + layout.size.tick * 0.6;
  const clear = zero - x > free(formatNumber(low, decimals)) && x + wide - zero > free(formatNumber(high, decimals));
  if (low < 0 && high > 0 && clear) ctx.fillText("0", zero, line);
}
