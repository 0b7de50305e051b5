// Curves and a point on them. The pointer, or the arrow keys, moves it; nothing is sent until it
// is let go.

import { placed, tickText, ticks } from "../shared/axes.js";
import { fitCanvas } from "../shared/canvas.js";
import { formatNumber } from "../shared/numbers.js";
import { PALETTE } from "../shared/palette.js";
import { readTheme } from "../shared/theme.js";

const PLOTS = new WeakMap();

function newPlot(parentElement) {
  const root = parentElement.querySelector(".root");
  const box = document.createElement("div");
  box.className = "plot";
  box.tabIndex = 0;
  box.setAttribute("role", "slider");
  const canvas = document.createElement("canvas");
  const read = document.createElement("div");
  read.className = "read";
  box.append(canvas);
  root.append(box, read);
  const plot = { root, box, canvas, read, index: 0, given: null };
  plot.observer = new ResizeObserver(() => drawPlot(plot));
  plot.observer.observe(box);
  return plot;
}

function moveTo(plot, index) {
  plot.index = Math.max(0, Math.min(plot.x.length - 1, index));
  drawPlot(plot);
}

function indexAt(plot, event) {
  const p = plot.placed;
  const at = event.clientX - plot.canvas.getBoundingClientRect().left;
  return Math.round(((at - p.left) / (p.right - p.left)) * (plot.x.length - 1));
}

function listen(plot, send) {
  const { box } = plot;
  box.onpointerdown = (event) => {
    if (!plot.data.editable) return;
    box.setPointerCapture(event.pointerId);
    plot.dragging = true;
    moveTo(plot, indexAt(plot, event));
  };
  box.onpointermove = (event) => {
    if (plot.dragging) moveTo(plot, indexAt(plot, event));
  };
  box.onpointerup = box.onpointercancel = () => {
    if (plot.dragging) send(plot.x[plot.index]);
    plot.dragging = false;
  };
  box.onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -20, PageUp: 20 }[event.key];
    const to = { Home: 0, End: plot.x.length - 1 }[event.key];
    if ((step === undefined && to === undefined) || !plot.data.editable) return;
    event.preventDefault();
    moveTo(plot, to ?? plot.index + step);
  };
  box.onkeyup = (event) => {
    if (plot.data.editable && /^(Arrow|Page|Home|End)/.test(event.key)) send(plot.x[plot.index]);
  };
}

function drawPlot(plot) {
  const { data, theme, canvas, box } = plot;
  const width = box.clientWidth;
  if (width < 20) return;
  const font = data.projector ? 18 : 14;
  const stroke = data.projector ? 4 : 2.5;
  const height = data.height * (data.projector ? 1.1 : 1);
  const g = fitCanvas(canvas, width, height);
  g.clearRect(0, 0, width, height);
  const panel = { log: false, floor: null, ceiling: null, series: plot.curves };
  const p = placed(panel, [plot.x[0], plot.x[plot.x.length - 1]], width, height, font);
  plot.placed = p;
  g.font = `${font}px ${theme.font}`;
  drawGrid(g, p, theme, font);
  const colours = PALETTE.categorical[theme.name];
  for (const curve of plot.curves) {
    g.strokeStyle = colours[curve.colour % colours.length];
    g.lineWidth = stroke;
    g.setLineDash(curve.dashed ? [stroke * 3, stroke * 2] : []);
    g.beginPath();
    curve.y.forEach((y, i) => (i ? g.lineTo(p.x(plot.x[i]), p.y(y)) : g.moveTo(p.x(plot.x[i]), p.y(y))));
    g.stroke();
  }
  g.setLineDash([]);
  const x = plot.x[plot.index];
  if (plot.slope) drawTangent(g, plot, p, stroke);
  if (plot.leads) drawLead(g, plot, p, stroke);
  g.strokeStyle = theme.accent;
  g.lineWidth = stroke * 0.6;
  g.beginPath();
  g.moveTo(p.x(x), p.top);
  g.lineTo(p.x(x), p.bottom);
  g.stroke();
  for (const curve of plot.curves) {
    g.fillStyle = theme.accent;
    g.beginPath();
    g.arc(p.x(x), p.y(curve.y[plot.index]), stroke * 2.4, 0, 2 * Math.PI);
    g.fill();
  }
  tellPoint(plot, x, colours);
}

// The tangent of the first curve, a third of the picture wide.
function drawTangent(g, plot, p, stroke) {
  const [x, y, slope] = [plot.x[plot.index], plot.curves[0].y[plot.index], plot.slope[plot.index]];
  const half = (p.x1 - p.x0) / 6;
  g.save();
  g.beginPath();
  g.rect(p.left, p.top, p.right - p.left, p.bottom - p.top);
  g.clip();
  g.strokeStyle = plot.theme.accent;
  g.lineWidth = stroke * 0.7;
  g.beginPath();
  g.moveTo(p.x(x - half), p.y(y - slope * half));
  g.lineTo(p.x(x + half), p.y(y + slope * half));
  g.stroke();
  g.restore();
}

// Where the point leads: a hollow one on the first curve, and an arc to it; beyond the curve's ends
// it stands at the end.
function drawLead(g, plot, p, stroke) {
  const end = plot.x.length - 1;
  const share = (plot.leads[plot.index] - plot.x[0]) / (plot.x[end] - plot.x[0]);
  const to = Math.max(0, Math.min(end, Math.round(share * end)));
  const [x0, y0] = [p.x(plot.x[plot.index]), p.y(plot.curves[0].y[plot.index])];
  const [x1, y1] = [p.x(plot.x[to]), p.y(plot.curves[0].y[to])];
  g.strokeStyle = plot.theme.accent;
  g.fillStyle = plot.theme.surface;
  g.lineWidth = stroke * 0.8;
  g.setLineDash([stroke * 2, stroke * 2]);
  g.beginPath();
  g.moveTo(x0, y0);
  g.quadraticCurveTo((x0 + x1) / 2, Math.max(p.top, Math.min(y0, y1) - 40), x1, y1);
  g.stroke();
  g.setLineDash([]);
  g.beginPath();
  g.arc(x1, y1, stroke * 2.2, 0, 2 * Math.PI);
  g.fill();
  g.stroke();
}

function drawGrid(g, p, theme, font) {
  g.textAlign = "right";
  g.textBaseline = "middle";
  g.lineWidth = 1;
  for (const v of ticks(p.y0, p.y1, 5, false)) {
    g.strokeStyle = Math.abs(v) < 1e-9 ? theme.text : theme.border;
    g.globalAlpha = Math.abs(v) < 1e-9 ? 0.5 : 1;
    g.beginPath();
    g.moveTo(p.left, p.y(v));
    g.lineTo(p.right, p.y(v));
    g.stroke();
    g.globalAlpha = 1;
    g.fillStyle = theme.text;
    g.fillText(tickText(Math.abs(v) < 1e-9 ? 0 : v, {}), p.left - font * 0.5, p.y(v));
  }
  g.textAlign = "center";
  g.textBaseline = "alphabetic"; // where "top" is, browsers do not agree
  for (const v of ticks(p.x0, p.x1, 8, false)) {
    g.fillText(tickText(Math.abs(v) < 1e-9 ? 0 : v, {}), p.x(v), p.bottom + font * 1.3);
  }
}

function tellPoint(plot, x, colours) {
  const parts = [`${plot.data.xName} = ${formatNumber(x, 2)}`];
  plot.read.replaceChildren();
  const first = document.createElement("b");
  first.textContent = parts[0];
  plot.read.append(first);
  for (const curve of plot.curves) {
    const part = document.createElement("span");
    part.textContent = `${curve.dashed ? "┄" : "━"} ${curve.name} = ${formatNumber(curve.y[plot.index], 4)}`;
    part.style.color = colours[curve.colour % colours.length];
    plot.read.append(part);
    parts.push(`${curve.name} = ${formatNumber(curve.y[plot.index], 4)}`);
  }
  if (plot.slope) {
    const said = `slope = ${formatNumber(plot.slope[plot.index], 4)}`;
    const part = document.createElement("span");
    part.textContent = said;
    plot.read.append(part);
    parts.push(said);
  }
  if (plot.leads) {
    const said = `one step leads to ${formatNumber(plot.leads[plot.index], 2)}`;
    const part = document.createElement("span");
    part.textContent = `○ ${said}`;
    plot.read.append(part);
    parts.push(said);
  }
  const { box } = plot;
  box.setAttribute("aria-disabled", String(!plot.data.editable));
  box.classList.toggle("fixed", !plot.data.editable);
  box.setAttribute("aria-label", plot.data.title);
  box.setAttribute("aria-valuemin", plot.x[0]);
  box.setAttribute("aria-valuemax", plot.x[plot.x.length - 1]);
  box.setAttribute("aria-valuenow", x.toFixed(2));
  box.setAttribute("aria-valuetext", parts.join(", "));
}

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  let plot = PLOTS.get(parentElement);
  if (!plot) {
    plot = newPlot(parentElement);
    PLOTS.set(parentElement, plot);
  }
  plot.data = data;
  plot.theme = readTheme(parentElement);
  plot.root.classList.toggle("big", data.projector);
  plot.x = data.x.data;
  plot.curves = data.curves.map((c) => ({ ...c, y: c.y.data }));
  plot.slope = data.slope ? data.slope.data : null;
  plot.leads = data.leads ? data.leads.data : null;
  listen(plot, (x) => setStateValue("at", Number(x.toFixed(4))));
  if (plot.given !== data.at && !plot.dragging) {
    plot.given = data.at;
    const span = plot.x[plot.x.length - 1] - plot.x[0];
    plot.index = Math.round(((data.at - plot.x[0]) / span) * (plot.x.length - 1));
  }
  moveTo(plot, plot.index);
  return () => {
    plot.observer.disconnect();
    PLOTS.delete(parentElement);
  };
}
