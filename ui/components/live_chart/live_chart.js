// Curves that grow in place. Each panel is one canvas, made once and redrawn; a pointer over any
// of them reads all of them at the same x.

import { placed, tickText, ticks, xRange } from "../shared/axes.js";
import { fitCanvas } from "../shared/canvas.js";
import { PALETTE } from "../shared/palette.js";
import { pictureButton } from "../shared/take_away.js";
import { readTheme } from "../shared/theme.js";

const CHARTS = new WeakMap();

function readPanels(data) {
  return data.panels.map((panel) => ({
    ...panel,
    series: panel.series.map((s) => ({ ...s, x: s.x.data, y: s.y.data })),
  }));
}

function newPanel(chart) {
  const box = document.createElement("div");
  box.className = "panel";
  const title = document.createElement("b");
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  const told = document.createElement("div");
  told.className = "told";
  told.hidden = true;
  box.append(title, canvas, told);
  const view = { box, title, canvas, told };
  canvas.onpointermove = (event) => {
    const at = event.clientX - canvas.getBoundingClientRect().left;
    const p = canvas._placed;
    if (!p) return;
    chart.over = view;
    chart.pointer = p.x0 + ((at - p.left) / (p.right - p.left)) * (p.x1 - p.x0);
    draw(chart);
  };
  canvas.onpointerleave = () => {
    chart.pointer = null;
    draw(chart);
  };
  chart.box.append(box);
  return view;
}

function nearest(xs, x) {
  let low = 0;
  let high = xs.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (xs[mid] < x) low = mid + 1;
    else high = mid;
  }
  return low > 0 && x - xs[low - 1] < xs[low] - x ? low - 1 : low;
}

function drawCurve(g, s, p, colour, width) {
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

// Bars side by side; below 0 in the one colour of the kind, above in the other.
function drawBars(g, s, p, theme) {
  if (s.x.length < 2) return;
  const half = (s.x[1] - s.x[0]) / 2;
  const stops = PALETTE.diverging[s.bars][theme.name];
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

function dot(g, x, y, radius, colour) {
  g.fillStyle = colour;
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * Math.PI);
  g.fill();
}

function upright(g, x, p, colour, width) {
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.beginPath();
  g.moveTo(x, p.top);
  g.lineTo(x, p.bottom);
  g.stroke();
}

function drawAxes(g, panel, p, theme, font, xLabel) {
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
  for (const v of ticks(p.x0, p.x1, Math.max(2, Math.floor((p.right - p.left) / (font * 5))), false)) {
    const text = tickText(v, {});
    const room = p.right + font * 0.6 - g.measureText(text).width / 2;
    g.fillText(text, Math.min(p.x(v), room), p.bottom + font * 1.2);
  }
  g.textAlign = "right";
  g.fillText(xLabel, p.right, p.bottom + font * 2.3);
  g.globalAlpha = 1;
}

function drawPanel(chart, panel, view) {
  const { theme, data } = chart;
  const font = data.projector ? 17 : 13;
  const stroke = data.projector ? 3 : 2;
  const width = view.box.clientWidth;
  const height = data.height * (data.projector ? 1.2 : 1);
  if (width < 20) return;
  const g = fitCanvas(view.canvas, width, height);
  g.clearRect(0, 0, width, height);
  const p = placed(panel, xRange(panel.ownX ? [panel] : chart.panels, data.xEnd), width, height, font);
  p.log = panel.log;
  view.canvas._placed = p;
  drawAxes(g, panel, p, theme, font, data.xLabel);
  const colours = PALETTE.categorical[theme.name];
  for (const x of panel.marks) upright(g, p.x(x), p, theme.border, stroke);
  const behindFirst = [...panel.series].sort((a, b) => Number(b.faint) - Number(a.faint));
  for (const s of behindFirst) {
    if (s.bars) drawBars(g, s, p, theme);
    else drawCurve(g, s, p, colours[s.colour % colours.length], stroke);
  }
  if (data.here !== null) upright(g, p.x(data.here), p, theme.accent, stroke);
  tell(chart, panel, view, g, p, colours, stroke);
}

// What the pointer reads: every curve's value at the nearest x.
function tell(chart, panel, view, g, p, colours, stroke) {
  const x = panel.ownX && chart.over !== view ? null : chart.pointer;
  view.told.hidden = x === null || x < p.x0 || x > p.x1;
  if (view.told.hidden) return;
  upright(g, p.x(x), p, chart.theme.text, 1);
  const rows = [];
  for (const s of panel.series) {
    if (s.faint) continue;
    const i = nearest(s.x, x);
    if (i < 0) continue;
    const colour = colours[s.colour % colours.length];
    if (Number.isFinite(s.y[i]) && !s.bars) dot(g, p.x(s.x[i]), p.y(s.y[i]), stroke * 1.8, colour);
    const known = Number.isFinite(s.y[i]);
    const plain = panel.percent ? `${(s.y[i] * 100).toFixed(1)} %` : Number(s.y[i].toPrecision(4));
    const value = known ? plain : "no number";
    const at = s.bars ? `${tickText(s.x[i], {})}: ` : "";
    rows.push([`${at}${s.name} ${String(value).replace("-", "−")}`.trim(), s.bars ? chart.theme.text : colour]);
  }
  view.told.replaceChildren(
    ...rows.map(([text, colour]) => {
      const line = document.createElement("div");
      line.textContent = text;
      line.style.borderLeft = `3px solid ${colour}`;
      line.style.paddingLeft = "6px";
      return line;
    }),
  );
  const onRight = p.x(x) > (p.left + p.right) / 2;
  view.told.style.left = onRight ? "auto" : `${p.x(x) + 10}px`;
  view.told.style.right = onRight ? `${view.box.clientWidth - p.x(x) + 10}px` : "auto";
}

function draw(chart) {
  chart.panels.forEach((panel, i) => drawPanel(chart, panel, chart.views[i]));
}

// Names of the curves, after the title, each in its colour and with its kind of line.
function label(view, panel, theme, summary) {
  const colours = PALETTE.categorical[theme.name];
  view.title.replaceChildren(panel.title);
  for (const s of panel.series) {
    if (s.faint || !s.name || s.bars) continue;
    const name = document.createElement("span");
    name.textContent = ` ${s.dashed ? "┄" : "━"} ${s.name}`;
    name.style.color = colours[s.colour % colours.length];
    name.style.whiteSpace = "nowrap";
    name.style.fontWeight = "400";
    view.title.append(name);
  }
  if (panel.note) {
    const note = document.createElement("span");
    note.textContent = ` ${panel.note}`;
    note.className = "note";
    view.title.append(note);
  }
  view.box.style.flexGrow = 10 * panel.room; // a sum below 1 would leave room unused
  view.box.style.flexBasis = `${Math.round(260 * panel.room)}px`;
  view.canvas.setAttribute("aria-label", `${panel.title}. ${summary}`);
}

export default function (component) {
  const { data, parentElement } = component;
  let chart = CHARTS.get(parentElement);
  if (!chart) {
    const box = parentElement.querySelector(".root");
    box.className = "root charts";
    chart = { box, views: [], pointer: null };
    box.append(pictureButton(box));
    chart.observer = new ResizeObserver(() => draw(chart));
    chart.observer.observe(box);
    CHARTS.set(parentElement, chart);
  }
  chart.data = data;
  chart.theme = readTheme(parentElement);
  chart.panels = readPanels(data);
  while (chart.views.length < chart.panels.length) chart.views.push(newPanel(chart));
  while (chart.views.length > chart.panels.length) chart.views.pop().box.remove();
  chart.views.forEach((view, i) => label(view, chart.panels[i], chart.theme, data.summary));
  draw(chart);
  return () => {
    chart.observer.disconnect();
    CHARTS.delete(parentElement);
  };
}
