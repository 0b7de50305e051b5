// Painting what stays still: maps with their numbers, the dashed ring, the dropped rim, legends.
// Done once for each change of data, size or theme; what moves is painted in overlay.js.

import { fitCanvas } from "../shared/canvas.js";
import { css } from "../shared/colour.js";
import { hatch } from "../shared/hatch.js";
import { cellHue } from "../shared/hues.js";
import { parseColour } from "../shared/theme.js";
import { weightDecimals } from "./blocks.js";
import { paintLegend } from "./legend.js";
import { baseLook, paintMap, paintPicture } from "./map.js";
import { isPadding, xAt } from "./model.js";

/** @import { Box } from "../shared/hatch.js" */
/** @import { Theme } from "../shared/theme.js" */
/** @import { Panel } from "./blocks.js" */
/** @import { Base, Context, Value } from "./map.js" */
/** @import { StageState } from "./state.js" */

/**
 * Everything but the output's values, which are revealed piece by piece from `paintOutput`.
 * @param {Context} ctx  @param {StageState} stage
 */
export function paintStill(ctx, stage) {
  const { layout, data } = stage;
  ctx.clearRect(0, 0, layout.width, layout.height);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const block of layout.blocks) {
    for (const p of block.panels) {
      paintName(ctx, stage, p);
      paintPanel(ctx, stage, p);
    }
  }
  if (!data.compact) for (const block of layout.blocks) paintLegend(ctx, stage, block);
}

/** The channel's name above a map.  @param {Context} ctx  @param {StageState} stage  @param {Panel} p */
function paintName(ctx, { m, layout, theme }, p) {
  if (p.label) {
    ctx.font = `${layout.size.tick}px ${theme.font}`;
    ctx.textAlign = "left";
    ctx.fillStyle = css(parseColour(theme.text), 0.75);
    ctx.fillText(m.names[p.c] ?? "", p.x, p.y - p.label / 2 - 1);
    ctx.textAlign = "center";
  }
  ctx.font = `${layout.font}px ${theme.font}`;
}

/** @param {Context} ctx  @param {StageState} stage  @param {Panel} p */
function paintPanel(ctx, stage, p) {
  const { theme, layout } = stage;
  const base = baseLook(theme, layout);
  if (p.id === "input" || p.id === "thumb") {
    paintInput(ctx, stage, p, base);
    if (!p.small || p.c !== stage.focus || layout.blocks[0].panels[0].composite) return;
    ctx.strokeStyle = theme.text; // the one that is shown large
    ctx.lineWidth = 2;
    ctx.strokeRect(p.x - 2, p.y - 2, p.cols * p.cw + 4, p.rows * p.ch + 4);
  } else if (p.id === "partial") paintPartial(ctx, stage, p, base);
  else if (p.id === "turned") paintTurned(ctx, stage, p, base);
  else if (p.id === "output" || p.id === "compare" || p.id === "outthumb") {
    paintMap(ctx, p, { ...base, value: () => null });
  }
}

/** @param {Context} ctx  @param {StageState} stage  @param {Panel} p  @param {Base} base */
function paintPartial(ctx, { m, layout, scales }, p, base) {
  const { partial } = m;
  if (!partial) return;
  paintMap(ctx, p, {
    ...base,
    value: (r, q) => partial[(p.c * m.OH + r) * m.OW + q],
    colour: scales.partial,
    numbers: layout.mode === "numbers",
    decimals: Math.min(layout.most, m.dec.y),
  });
}

/**
 * The kernel of the comparison; a cell that only moved keeps its hue.
 * @param {Context} ctx  @param {StageState} stage  @param {Panel} p  @param {Base} base
 */
function paintTurned(ctx, stage, p, base) {
  const { m, layout, theme, scales } = stage;
  const w = m.compare?.w;
  const own = m.w;
  if (!w || !own) return;
  paintMap(ctx, p, {
    ...base,
    value: (a, b) => w[a * m.kw + b],
    colour: scales.weight,
    numbers: layout.mode === "numbers",
    decimals: weightDecimals(m, layout.most),
  });
  const turned = w.every((v, t) => v === own[m.taps - 1 - t]);
  for (let t = 0; t < m.taps; t++) {
    ctx.fillStyle = cellHue(turned ? m.taps - 1 - t : t, m.taps, theme.name);
    ctx.fillRect(p.x + (t % m.kw) * p.cw + 3, p.y + (Math.floor(t / m.kw) + 1) * p.ch - 5.5, p.cw - 6, 3);
  }
}

/** @param {StageState} stage  @param {{ c: number, hero?: boolean }} panel */
export function channelOf(stage, panel) {
  return panel.c >= 0 && !panel.hero ? panel.c : stage.focus;
}

/** @param {Context} ctx  @param {StageState} stage  @param {Panel} p  @param {Base} base */
function paintInput(ctx, stage, p, base) {
  const { m, layout, scales, theme, backward } = stage;
  const c = channelOf(stage, p);
  const faint = (/** @type {number} */ r, /** @type {number} */ q) => isPadding(m, r, q);
  if (p.composite && !backward) paintPicture(ctx, p, { ...base, value: colours(stage), faint });
  else {
    paintMap(ctx, p, {
      ...base,
      value: backward ? gradients(stage, c) : (r, q) => xAt(m, c, r, q),
      colour: backward ? scales.dx : scales.inputOf(c),
      faint,
      numbers: !p.small && (layout.mode === "numbers" || layout.numbersInMaps),
      decimals: Math.min(layout.most, backward ? m.dec.dx : m.dec.x),
    });
  }
  paintRing(ctx, stage, p, theme);
}

/** The three channels of a cell as one colour.  @param {StageState} stage  @returns {Value} */
function colours({ m, scales }) {
  const level = (/** @type {number} */ v) =>
    Math.max(0, Math.min(255, ((v - scales.low) / (scales.high - scales.low)) * 255));
  return (r, q) => [level(xAt(m, 0, r, q)), level(xAt(m, 1, r, q)), level(xAt(m, 2, r, q))];
}

/** The gradient at an input, once its last reader has sent its share.  @param {StageState} stage  @param {number} c  @returns {Value} */
function gradients({ m, lastReaders, paintedReach }, c) {
  return (r, q) => {
    if (!m.dx || !lastReaders || isPadding(m, r, q)) return null; // what goes to padding is lost
    if (lastReaders[r * m.Wp + q] > paintedReach) return null;
    return m.dx[(c * m.H + r - m.top) * m.W + q - m.left];
  };
}

/**
 * The input's own edge inside its padding, and the hatched rim that no window reaches.
 * @param {Context} ctx  @param {StageState} stage  @param {Panel} p  @param {Theme} theme
 */
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
  const stroke = css(parseColour(theme.text), 0.55);
  const veil = css(parseColour(theme.surface), 0.55);
  const hatchRim = (/** @type {Box} */ box) => {
    const step = Math.min(8, Math.max(4, Math.min(box.w, box.h) / 2));
    hatch(ctx, box, { stroke, line: layout.size.line, step, veil });
  };
  if (dropH > 0) hatchRim({ x: p.x, y: p.y + (m.Hp - dropH) * p.ch, w: p.cols * p.cw, h: dropH * p.ch });
  if (dropW > 0) hatchRim({ x: p.x + (m.Wp - dropW) * p.cw, y: p.y, w: dropW * p.cw, h: (m.Hp - dropH) * p.ch });
}

/**
 * The finished output on a canvas of its own, from which the overlay copies what is reached.
 * @param {StageState & { outputCanvas: HTMLCanvasElement }} stage
 */
export function paintOutput(stage) {
  const { layout, theme } = stage;
  const ctx = fitCanvas(stage.outputCanvas, layout.width, layout.height);
  ctx.clearRect(0, 0, layout.width, layout.height);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.font = `${layout.font}px ${theme.font}`;
  for (const block of layout.blocks) {
    for (const p of block.panels) {
      if (p.id === "compare" || p.id === "output" || p.id === "outthumb") paintValues(ctx, stage, p);
    }
  }
}

/** @param {Context} ctx  @param {StageState} stage  @param {Panel} p */
function paintValues(ctx, stage, p) {
  const { m, layout, theme, scales, backward } = stage;
  const k = m.K === 1 ? 0 : channelOf(stage, p);
  const values = p.id === "compare" && m.compare ? m.compare.y : backward && m.dz ? m.dz : m.y;
  paintMap(ctx, p, {
    ...baseLook(theme, layout),
    value: (r, q) => {
      const at = (k * m.OH + r) * m.OW + q;
      return !backward && m.hidden.has(at) ? "?" : values[at];
    },
    numbers: !p.small && (layout.mode === "numbers" || layout.numbersInMaps),
    colour: backward ? scales.dz : scales.output,
    decimals: Math.min(layout.most, backward ? m.dec.dz : m.dec.y),
  });
}
