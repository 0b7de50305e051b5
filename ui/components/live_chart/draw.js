// What a panel is painted with: axes, curves, bars.

import { tickText, ticks, xTicks } from "../shared/axes.js";
import { PALETTE } from "../shared/palette.js";

/** @import { Kind } from "../shared/colour.js" */
/** @import { Theme } from "../shared/theme.js" */
/** @import { Mark, Panel, Placed, Series } from "./live_chart.js" */

/** @typedef {CanvasRenderingContext2D} Context */

/** @param {Context} g  @param {Series} s  @param {Placed} p  @param {string} colour  @param {number} width */
export function drawCurve(g, s, p, colour, width) {
  g.strokeStyle = colour;
  g.globalAlpha = s.faint ? 0.28 : 1;
  g.lineWidth = s.faint ? width * 0.6 : width;
  g.setLineDash(s.dashed ? [width * 3, width * 2] : []);
  g.beginPath();
  let open = false;
  for (let i = 0; i < s.x.length; i++) {
    const y = s.y[i];
    const there = Number.isFinite(y) && (!p.log || y > 0);
    if (!there) open = false;
    else if (open) g.lineTo(p.x(s.x[i]), p.y(y));
    else {
      g.moveTo(p.x(s.x[i]), p.y(y));
      open = true;
    }
  }
  g.stroke();
  g.setLineDash([]);
  g.globalAlpha = 1;
  if (s.x.length === 1 && Number.isFinite(s.y[0])) dot(g, p.x(s.x[0]), p.y(s.y[0]), width * 1.6, colour);
}

/** What marks single points of a curve, so that it is told from others without its colour. */
export const POINTS = ["●", "■", "▲", "◆", "○", "□", "△", "◇"];
const MOST_POINTS = 8;

/** @param {Context} g  @param {Series} s  @param {Placed} p  @param {string} colour  @param {number} font */
export function drawPoints(g, s, p, colour, font) {
  if (s.point === null) return;
  g.font = `${font}px sans-serif`;
  g.fillStyle = colour;
  g.textAlign = "center";
  g.textBaseline = "middle";
  const every = Math.ceil(s.x.length / MOST_POINTS);
  for (let i = s.x.length - 1; i >= 0; i -= every) {
    const there = Number.isFinite(s.y[i]) && (!p.log || s.y[i] > 0);
    if (there) g.fillText(POINTS[s.point % POINTS.length], p.x(s.x[i]), p.y(s.y[i]));
  }
}

/**
 * Bars side by side; below 0 in the one colour of the kind, above in the other.
 * @param {Context} g  @param {Series} s  @param {Kind} kind  @param {Placed} p  @param {Theme} theme
 */
export function drawBars(g, s, kind, p, theme) {
  if (s.x.length < 2) return;
  const half = (s.x[1] - s.x[0]) / 2;
  const stops = PALETTE.diverging[kind][theme.name];
  for (let i = 0; i < s.x.length; i++) {
    if (!(s.y[i] > 0)) continue;
    g.fillStyle = Math.abs(s.x[i]) < half * 0.5 ? theme.text : stops[s.x[i] < 0 ? 0 : 4];
    const left = Math.round(p.x(s.x[i] - half));
    const width = Math.max(1, Math.round(p.x(s.x[i] + half)) - left - 1);
    g.globalAlpha = 0.8;
    g.fillRect(left, p.y(s.y[i]), width, p.bottom - p.y(s.y[i]));
  }
  g.globalAlpha = 1;
}

/** @param {Context} g  @param {number} x  @param {number} y  @param {number} radius  @param {string} colour */
export function dot(g, x, y, radius, colour) {
  g.fillStyle = colour;
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * Math.PI);
  g.fill();
}

/** @param {Context} g  @param {number} x  @param {Placed} p  @param {string} colour  @param {number} width */
export function upright(g, x, p, colour, width) {
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.beginPath();
  g.moveTo(x, p.top);
  g.lineTo(x, p.bottom);
  g.stroke();
}

/**
 * A broken line from top to bottom, and its name beside its upper end.
 * @param {Context} g  @param {Mark} mark  @param {Placed} p  @param {Theme} theme  @param {number} font
 */
export function drawMark(g, mark, p, theme, font) {
  const x = Math.round(p.x(mark.x)) + 0.5;
  g.globalAlpha = 0.6;
  g.setLineDash([2, 3]);
  upright(g, x, p, theme.text, 1);
  g.setLineDash([]);
  g.globalAlpha = 0.85;
  g.font = `${font}px ${theme.font}`;
  g.fillStyle = theme.text;
  g.textBaseline = "alphabetic";
  const width = g.measureText(mark.name).width;
  const fits = x + 4 + width <= p.right;
  g.textAlign = fits ? "left" : "right";
  g.fillText(mark.name, fits ? x + 4 : x - 4, p.top + font);
  g.globalAlpha = 1;
}

/**
 * @param {Context} g  @param {Panel} panel  @param {Placed} p  @param {Theme} theme  @param {number} font
 * @param {string} xLabel
 */
export function drawAxes(g, panel, p, theme, font, xLabel) {
  g.font = `${font}px ${theme.font}`;
  g.fillStyle = theme.text;
  g.strokeStyle = theme.border;
  g.lineWidth = 1;
  g.textAlign = "right";
  g.textBaseline = "middle";
  for (const v of ticks(p.y0, p.y1, 4, panel.log)) {
    const y = Math.round(p.y(v)) + 0.5;
    g.globalAlpha = 1;
    g.beginPath();
    g.moveTo(p.left, y);
    g.lineTo(p.right, y);
    g.stroke();
    g.globalAlpha = 0.75;
    g.fillText(tickText(v, panel), p.left - font * 0.5, y);
  }
  g.textAlign = "center";
  g.textBaseline = "alphabetic"; // where "top" is, browsers do not agree
  for (const v of xTicks(panel.series, p.x0, p.x1, Math.max(2, Math.floor((p.right - p.left) / (font * 5))))) {
    const text = tickText(v, {});
    const room = p.right + font * 0.6 - g.measureText(text).width / 2;
    g.fillText(text, Math.min(p.x(v), room), p.bottom + font * 1.2);
  }
  g.textAlign = "right";
  g.fillText(xLabel, p.right, p.bottom + font * 2.3);
  g.globalAlpha = 1;
}
