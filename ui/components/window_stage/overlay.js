// Painting what moves: the window, what is revealed, what is pointed at. Every frame starts clean.

import { fitCanvas } from "../shared/canvas.js";
import { css, inkOn } from "../shared/colour.js";
import { cellHue } from "../shared/hues.js";
import { parseColour } from "../shared/theme.js";
import { positionOf, readersOf, touchedBy, windowTaps, winnerOf } from "./model.js";
import { baseLook, paintMap } from "./map.js";
import { channelOf } from "./paint.js";

/** @import { Theme } from "../shared/theme.js" */
/** @import { Panel } from "./blocks.js" */
/** @import { Cell, Tap } from "./model.js" */
/** @import { Corner, StageState } from "./state.js" */

/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {StageState & { overlay: HTMLCanvasElement, outputCanvas: HTMLCanvasElement }} Drawn */
/** @typedef {{ c: number, a: number, b: number }} Lit */

/** @param {Drawn} stage */
export function paintOverlay(stage) {
  const { layout, overlay, theme } = stage;
  const ctx = fitCanvas(overlay, layout.width, layout.height);
  ctx.clearRect(0, 0, layout.width, layout.height);
  const cell = stage.shownCell();
  const place = stage.windowPlace(cell);
  copyRevealed(ctx, stage, cell);
  for (const block of layout.blocks) {
    for (const p of block.panels) {
      if (p.id === "input" || p.id === "thumb") paintWindow(ctx, stage, p, place);
      else if (p.id === "window") paintMagnified(ctx, stage, p, cell);
      else if (p.id === "output" || p.id === "compare" || p.id === "outthumb" || p.id === "partial") {
        frame(ctx, p, cell.i, cell.j, 1, 1, theme.accent, p.small ? 1.5 : layout.size.accent);
        if (stage.pinned && !p.small) pinMark(ctx, p, cell, theme);
      }
    }
  }
  paintJoints(ctx, stage);
  paintLights(ctx, stage, cell);
  paintZoom(ctx, stage, place);
}

/**
 * @param {Context} ctx  @param {Panel} p  @param {number} r  @param {number} q  @param {number} rows
 * @param {number} cols  @param {string} colour  @param {number} width
 */
function frame(ctx, p, r, q, rows, cols, colour, width) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.lineJoin = "round";
  ctx.strokeRect(p.x + q * p.cw, p.y + r * p.ch, cols * p.cw, rows * p.ch);
}

/** @param {Context} ctx  @param {Panel} p  @param {Cell} cell  @param {Theme} theme */
function pinMark(ctx, p, cell, theme) {
  const size = Math.max(4, Math.min(9, p.cw / 3));
  const x = p.x + (cell.j + 1) * p.cw;
  const y = p.y + cell.i * p.ch;
  ctx.fillStyle = theme.accent;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - size, y);
  ctx.lineTo(x, y + size);
  ctx.fill();
}

/** @param {Context} ctx  @param {Drawn} stage  @param {Cell} cell */
function copyRevealed(ctx, stage, cell) {
  const { m, layout, outputCanvas } = stage;
  const ratio = outputCanvas.width / layout.width;
  const reached = stage.reach();
  /** @param {Panel} p  @param {number} r  @param {number} q  @param {number} rows  @param {number} cols */
  const copy = (p, r, q, rows, cols) => {
    if (rows <= 0 || cols <= 0) return;
    const x = p.x + q * p.cw - 0.5;
    const y = p.y + r * p.ch - 0.5;
    const w = cols * p.cw + 1;
    const h = rows * p.ch + 1;
    ctx.drawImage(outputCanvas, x * ratio, y * ratio, w * ratio, h * ratio, x, y, w, h);
  };
  for (const block of layout.blocks) {
    for (const p of block.panels) {
      if (p.id !== "output" && p.id !== "compare" && p.id !== "outthumb") continue;
      const rows = Math.floor((reached + 1) / m.OW);
      copy(p, 0, 0, rows, m.OW);
      copy(p, rows, 0, 1, (reached + 1) % m.OW);
      if (stage.hover?.type === "output" && positionOf(m, cell) > reached) copy(p, cell.i, cell.j, 1, 1);
    }
  }
}

/**
 * The window over one input panel: its outline, its taps, and each tap's hue.
 * @param {Context} ctx  @param {StageState} stage  @param {Panel} p  @param {Corner} place
 */
function paintWindow(ctx, stage, p, place) {
  const { m } = stage;
  outlineWindow(ctx, stage, p, place);
  if (p.cw < 15 || p.small || p.composite) return;
  for (let a = 0; a < m.kh; a++) {
    for (let b = 0; b < m.kw; b++) hueBar(ctx, stage, p, place.r + a * m.dh, place.q + b * m.dw, a, b);
  }
  if (m.kind === "max" && !stage.slide && !stage.hidesSum()) ringWinner(ctx, stage, p);
}

/**
 * A dilated window: its span finely, its taps boldly.
 * @param {Context} ctx  @param {StageState} stage  @param {Panel} p  @param {Corner} place
 */
function outlineWindow(ctx, { m, layout, theme }, p, { r, q }) {
  const dilated = m.dh > 1 || m.dw > 1;
  const accent = p.small ? 1.5 : layout.size.accent;
  if (!dilated || p.cw < 4) {
    frame(ctx, p, r, q, m.spanH, m.spanW, theme.accent, accent);
    return;
  }
  frame(ctx, p, r, q, m.spanH, m.spanW, theme.surface, accent);
  frame(ctx, p, r, q, m.spanH, m.spanW, theme.accent, Math.max(1, accent / 2));
  for (let a = 0; a < m.kh; a++) {
    for (let b = 0; b < m.kw; b++) {
      frame(ctx, p, r + a * m.dh, q + b * m.dw, 1, 1, theme.accent, Math.max(1, accent * 0.75));
    }
  }
}

/** The largest of the window.  @param {Context} ctx  @param {StageState} stage  @param {Panel} p */
function ringWinner(ctx, stage, p) {
  for (const one of stage.sum.channels) {
    if (one.c !== channelOf(stage, p)) continue;
    const tap = one.taps[winnerOf(one.taps)];
    ringed(ctx, p, tap.r, tap.q, inkAt(stage, p, tap));
  }
}

/** The ink that reads best on an input cell.  @param {StageState} stage  @param {{ c: number }} p  @param {Tap} tap */
function inkAt(stage, p, tap) {
  if (stage.backward) return stage.theme.text;
  return inkOn(stage.scales.inputOf(p.c >= 0 ? p.c : stage.focus)(tap.x));
}

/**
 * The cell that won: a ring, for colour is not the only sign.
 * @param {Context} ctx  @param {Panel} p  @param {number} r  @param {number} q  @param {string} ink
 */
function ringed(ctx, p, r, q, ink) {
  ctx.strokeStyle = ink;
  ctx.lineWidth = 2;
  ctx.beginPath();
  const inset = Math.max(2.5, p.cw * 0.1);
  ctx.roundRect(p.x + q * p.cw + inset, p.y + r * p.ch + inset, p.cw - 2 * inset, p.ch - 2 * inset, p.ch / 3);
  ctx.stroke();
}

/**
 * @param {Context} ctx  @param {StageState} stage  @param {Panel} p  @param {number} r  @param {number} q
 * @param {number} a  @param {number} b
 */
function hueBar(ctx, stage, p, r, q, a, b) {
  const { m, theme } = stage;
  ctx.fillStyle = cellHue(a * m.kw + b, m.taps, theme.name);
  const high = Math.max(2, Math.min(4, p.ch * 0.1));
  ctx.fillRect(p.x + q * p.cw + 3, p.y + (r + 1) * p.ch - high - 2, p.cw - 6, high);
}

/** @param {Context} ctx  @param {StageState} stage  @param {Panel} p  @param {Cell} cell */
function paintMagnified(ctx, stage, p, cell) {
  const { m, theme, scales, layout } = stage;
  const c = p.c >= 0 ? p.c : stage.focus;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.font = `${layout.font}px ${theme.font}`;
  const taps = windowTaps(m, cell, c);
  paintMap(ctx, p, {
    ...baseLook(theme, layout),
    value: (r, q) => taps[r * m.kw + q].x,
    colour: scales.inputOf(c),
    numbers: p.numbers,
    decimals: Math.min(layout.most, m.dec.x),
    faint: (r, q) => taps[r * m.kw + q].padding,
  });
  if (p.cw >= 15 && p.numbers) for (const t of taps) hueBar(ctx, stage, p, t.a, t.b, t.a, t.b);
  frame(ctx, p, 0, 0, m.kh, m.kw, theme.accent, layout.size.accent * 0.75);
  if (m.kind === "max" && !stage.hidesSum()) {
    const best = taps[winnerOf(taps)];
    ringed(ctx, p, best.a, best.b, inkAt(stage, { c }, best));
  }
}

/**
 * Two fine lines from the window on the map to the window magnified.
 * @param {Context} ctx  @param {StageState} stage  @param {Corner} place
 */
function paintZoom(ctx, stage, place) {
  const { m, layout, theme } = stage;
  if (layout.mode !== "picture" || layout.narrow) return;
  const from = layout.blocks[0].panels[0];
  const block = layout.blocks.find((b) => b.id === "window");
  if (!block) return;
  const windows = block.panels.filter((p) => p.id === "window");
  const to = windows[0];
  const end = windows[windows.length - 1];
  const right = from.x + (place.q + m.spanW) * from.cw;
  ctx.strokeStyle = css(parseColour(theme.accent), 0.4);
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(right, from.y + place.r * from.ch);
  ctx.lineTo(to.x, to.y);
  ctx.moveTo(right, from.y + (place.r + m.spanH) * from.ch);
  ctx.lineTo(end.x, end.y + end.rows * end.ch);
  ctx.stroke();
}

/** Of the poolings.  @type {Record<string, string>} */
const POOLING_NAMES = { max: "max", avg: "mean", sum: "sum" };

/** Signs between the blocks: input ∗ kernel = output.  @param {StageState} stage  @param {string} before */
function jointSign({ m, layout, backward }, before) {
  if (before === "window" || before === "turned") return "";
  if (backward) return before === "output" ? "←" : "";
  if (m.kind !== "conv") return "→";
  if (before === "kernel") return "∗";
  if (before === "output") return layout.pitch ? "Σ →" : "=";
  const equals = before === "partial" ? layout.mode === "numbers" : layout.blocks.some((b) => b.id === "turned");
  return equals && (before === "partial" || before === "compare") ? "=" : "";
}

/** @param {Context} ctx  @param {StageState} stage */
function paintJoints(ctx, stage) {
  const { m, layout, theme, backward } = stage;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = css(parseColour(theme.text), 0.65);
  for (const joint of layout.joints) {
    const sign = jointSign(stage, joint.before);
    ctx.font = `${layout.size.title + (sign.length > 1 ? 1 : 9)}px ${theme.font}`;
    for (const y of joint.y) ctx.fillText(sign, joint.x, y);
    if (m.kind !== "conv" && joint.before === "output" && !backward) {
      ctx.font = `${layout.size.small}px ${theme.font}`;
      ctx.fillText(POOLING_NAMES[m.kind], joint.x, joint.y[0] - layout.size.title - 3);
    }
  }
  ctx.font = `${layout.size.title + 9}px ${theme.font}`;
  const block = layout.blocks.find((b) => b.id === "window");
  if (!block || m.kind !== "conv") return;
  for (const p of block.panels.filter((one) => one.id === "kernel")) {
    if (block.stacked) ctx.fillText("×", p.x + (p.cols * p.cw) / 2, p.y - 15);
    else ctx.fillText("×", p.x - 13, p.y + (p.rows * p.ch) / 2);
  }
}

/** What the pointer (or a pin) lights up.  @param {Context} ctx  @param {StageState} stage  @param {Cell} cell */
function paintLights(ctx, stage, cell) {
  const panels = stage.layout.blocks.flatMap((b) => b.panels);
  const light = stage.light();
  if (light?.type === "input") for (const p of panels) lightReaders(ctx, stage, p, light);
  const tap = stage.litTap();
  if (!tap) return;
  for (const p of panels) {
    if (!shows(p, tap.c)) continue;
    if (p.id === "window") frame(ctx, p, tap.a, tap.b, 1, 1, hueOf(stage, tap), 4);
    if (p.id !== "input" && p.id !== "thumb") continue;
    if (light?.type === "weight") lightTouched(ctx, stage, p, tap);
    if (p.small) continue;
    const [r, q] = [cell.i * stage.m.sh + tap.a * stage.m.dh, cell.j * stage.m.sw + tap.b * stage.m.dw];
    frame(ctx, p, r, q, 1, 1, hueOf(stage, tap), 4);
  }
}

/** @param {StageState} stage  @param {{ a: number, b: number }} tap  @param {number} [alpha] */
function hueOf({ m, theme }, { a, b }, alpha = 1) {
  return cellHue(a * m.kw + b, m.taps, theme.name, alpha);
}

/**
 * An input cell, and the outputs that read it.
 * @param {Context} ctx  @param {StageState} stage  @param {Panel} p  @param {Corner} place
 */
function lightReaders(ctx, stage, p, { r, q }) {
  const { m, theme } = stage;
  if (p.id === "input" || p.id === "thumb") frame(ctx, p, r, q, 1, 1, theme.text, p.small ? 1.5 : 2.5);
  if (p.id !== "output" && p.id !== "compare" && p.id !== "outthumb") return;
  for (const reader of readersOf(m, r, q)) {
    ctx.fillStyle = hueOf(stage, reader, 0.3);
    ctx.fillRect(p.x + reader.j * p.cw, p.y + reader.i * p.ch, p.cw, p.ch);
    frame(ctx, p, reader.i, reader.j, 1, 1, hueOf(stage, reader), p.cw >= 12 ? 2.5 : 1.25);
  }
}

/**
 * The inputs that a weight touches.
 * @param {Context} ctx  @param {StageState} stage  @param {Panel} p  @param {Lit} tap
 */
function lightTouched(ctx, stage, p, tap) {
  const cells = touchedBy(stage.m, tap.a, tap.b);
  ctx.fillStyle = hueOf(stage, tap, p.cw >= 12 ? 0.3 : 0.55);
  for (const { r, q } of cells) ctx.fillRect(p.x + q * p.cw, p.y + r * p.ch, p.cw, p.ch);
  if (p.cw < 12) return;
  for (const { r, q } of cells) frame(ctx, p, r, q, 1, 1, hueOf(stage, tap), 2);
}

/** Whether a map is of that channel, or of all.  @param {Panel} p  @param {number} c */
function shows(p, c) {
  return p.c < 0 || p.hero || p.composite || p.c === c;
}
