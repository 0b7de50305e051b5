// The curves over the frames: the present frame is a line, what it gives a point on each curve.

import { placed, tickText, ticks } from "../shared/axes.js";
import { fitCanvas } from "../shared/canvas.js";
import { PALETTE } from "../shared/palette.js";
import { spread } from "./model.js";

/** @import { Film } from "./film.js" */

/** @typedef {ReturnType<typeof placed>} Placed */
/** @typedef {{ g: CanvasRenderingContext2D, film: Film, p: Placed, font: number, colours: readonly string[] }} Drawing */

/** Width : height. */
const SHAPE = 1.75;

/** @param {Film} film */
export function drawChart(film) {
  const { data, chart, canvas, theme } = film;
  const width = chart.clientWidth;
  if (!data.lines.length || width < 40) return;
  const font = data.projector ? 17 : 13;
  const height = Math.round(Math.min(280, Math.max(190, width / SHAPE)));
  const g = fitCanvas(canvas, width, height);
  g.clearRect(0, 0, width, height);
  g.font = `${font}px ${theme.font}`;
  const x = data.x.data;
  const names = data.lines.map((line) => g.measureText(line.name).width);
  const room = Math.min(width * 0.4, Math.max(...names) + font);
  const series = data.lines.map((line) => ({ x, y: line.y.data }));
  const ends = data.percent ? { floor: 0, ceiling: 1 } : { floor: 0, ceiling: null };
  const panel = { series, log: false, percent: data.percent, ...ends };
  const p = placed(panel, [x[0], x[x.length - 1]], width - room, height - font * 1.2, font);
  const drawing = {
    g,
    film,
    p: { ...p, top: p.top + font * 1.2, y: shifted(p.y, font * 1.2), bottom: p.bottom + font * 1.2 },
    font,
    colours: PALETTE.categorical[theme.name],
  };
  drawAxes(drawing, panel);
  drawMark(drawing);
  drawNow(drawing);
  drawLines(drawing);
  chart.setAttribute("aria-label", described(film));
}

/** @param {(v: number) => number} y  @param {number} by */
function shifted(y, by) {
  return (/** @type {number} */ v) => y(v) + by;
}

/** @param {Film} film */
function described({ data, walk }) {
  const said = data.lines.map((line) => `${line.name} ${tickText(line.y.data[walk.position], data)}`);
  return `${data.axes[1]} over ${data.axes[0]}. ${data.readouts[walk.position]}: ${said.join(", ")}.`;
}

/** @param {Drawing} drawing  @param {{ percent: boolean }} panel */
function drawAxes({ g, film, p, font }, panel) {
  const { theme, data } = film;
  g.fillStyle = theme.text;
  g.lineWidth = 1;
  g.textAlign = "right";
  g.textBaseline = "middle";
  for (const v of ticks(p.y0, p.y1, 4, false)) {
    g.strokeStyle = theme.border;
    g.beginPath();
    g.moveTo(p.left, p.y(v));
    g.lineTo(p.right, p.y(v));
    g.stroke();
    g.fillText(tickText(Math.abs(v) < 1e-9 ? 0 : v, panel), p.left - font * 0.5, p.y(v));
  }
  g.textAlign = "center";
  g.textBaseline = "alphabetic";
  for (const v of ticks(p.x0, p.x1, 5, false)) g.fillText(tickText(v, {}), p.x(v), p.bottom + font * 1.3);
  g.fillText(data.axes[0], (p.left + p.right) / 2, p.bottom + font * 2.3);
  g.textAlign = "left";
  g.fillText(data.axes[1], 0, font);
}

/** @param {Drawing} drawing */
function drawMark({ g, film, p }) {
  const { mark, x: places } = film.data;
  if (!mark) return;
  const at = p.x(places.data[mark.at]);
  g.strokeStyle = g.fillStyle = film.theme.text;
  g.lineWidth = 1;
  g.setLineDash([3, 3]);
  g.beginPath();
  g.moveTo(at, p.top);
  g.lineTo(at, p.bottom);
  g.stroke();
  g.setLineDash([]);
  // Above the curves, which are thickest around it.
  const half = g.measureText(mark.text).width / 2;
  g.textAlign = "center";
  g.textBaseline = "alphabetic";
  g.fillText(mark.text, Math.min(Math.max(at, p.left + half), p.right - half), p.top - 5);
}

/** @param {Drawing} drawing */
function drawNow({ g, film, p }) {
  const at = p.x(film.data.x.data[film.walk.position]);
  g.strokeStyle = film.theme.accent;
  g.lineWidth = film.data.projector ? 2.5 : 1.5;
  g.beginPath();
  g.moveTo(at, p.top);
  g.lineTo(at, p.bottom);
  g.stroke();
}

/** @param {Drawing} drawing */
function drawLines({ g, film, p, font, colours }) {
  const { data, walk, theme } = film;
  const x = data.x.data;
  const ends = data.lines.map((line) => p.y(line.y.data[x.length - 1]));
  const names = spread(ends, font * 1.25, p.top, p.bottom);
  data.lines.forEach((line, i) => {
    const y = line.y.data;
    g.strokeStyle = g.fillStyle = colours[i % colours.length];
    g.lineWidth = data.projector ? 3 : 2;
    g.setLineDash(line.dashed ? [5, 4] : []);
    g.beginPath();
    y.forEach((v, n) => (n ? g.lineTo(p.x(x[n]), p.y(v)) : g.moveTo(p.x(x[n]), p.y(v))));
    g.stroke();
    g.setLineDash([]);
    g.textAlign = "left";
    g.textBaseline = "middle";
    g.fillText(line.name, p.right + font * 0.6, names[i]);
    if (line.dashed) return;
    g.fillStyle = theme.accent;
    g.beginPath();
    g.arc(p.x(x[walk.position]), p.y(y[walk.position]), data.projector ? 5 : 4, 0, 2 * Math.PI);
    g.fill();
  });
}
