// What is drawn: the dots as the marks of their classes; above them the drawing, its way there, its
// neighbours, and rings around what is meant.

import { fitCanvas } from "../shared/canvas.js";
import { classColour } from "./model.js";

/** @import { DotMap } from "./dot_map.js" */

/** How strongly dots are drawn of which another class is asked for. */
const FAINT = 0.16;

/** @param {DotMap} map */
function typeOf({ data, width }) {
  return data.projector ? 20 : width < 440 ? 12 : 14;
}

/** @param {DotMap} map */
export function drawDots(map) {
  const { data, theme, points, width, height, only } = map;
  const g = fitCanvas(map.dom.dots, width, height);
  g.clearRect(0, 0, width, height);
  g.font = `600 ${typeOf(map)}px ${theme.font}`;
  g.textAlign = "center";
  g.textBaseline = "alphabetic";
  const { labels, classes, marks } = data.samples;
  const down = typeOf(map) * 0.35;
  labels.forEach((label, i) => {
    g.fillStyle = classColour(label, classes.length, theme.name, only < 0 || only === label ? 0.9 : FAINT);
    g.fillText(marks[label], points[2 * i], points[2 * i + 1] + down);
  });
}

/** @param {DotMap} map */
export function drawMarks(map) {
  const { theme, width, height } = map;
  const g = fitCanvas(map.dom.marks, width, height);
  g.clearRect(0, 0, width, height);
  g.lineWidth = map.data.projector ? 3 : 2;
  drawNeighbours(g, map);
  drawTrail(g, map);
  for (const index of new Set([map.picked, map.pointed])) drawRing(g, map, index);
  if (map.here) drawHere(g, map, map.here);
  g.strokeStyle = theme.text;
}

/** @param {CanvasRenderingContext2D} g  @param {DotMap} map */
function drawNeighbours(g, { data, theme, points, here }) {
  if (!here) return;
  g.strokeStyle = theme.accent;
  g.globalAlpha = 0.55;
  for (const n of data.near) {
    g.beginPath();
    g.moveTo(...here);
    g.lineTo(points[2 * n], points[2 * n + 1]);
    g.stroke();
  }
  g.globalAlpha = 1;
}

/** Fainter the longer ago.  @param {CanvasRenderingContext2D} g  @param {DotMap} map */
function drawTrail(g, { theme, trail, here }) {
  if (!here) return;
  g.strokeStyle = theme.accent;
  const way = [...trail, here];
  for (let i = 1; i < way.length; i++) {
    g.globalAlpha = (0.6 * i) / way.length;
    g.beginPath();
    g.moveTo(...way[i - 1]);
    g.lineTo(...way[i]);
    g.stroke();
  }
  g.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} g  @param {DotMap} map  @param {number} index */
function drawRing(g, map, index) {
  if (index < 0) return;
  const { points, theme } = map;
  g.strokeStyle = theme.text;
  g.beginPath();
  g.arc(points[2 * index], points[2 * index + 1], typeOf(map) * 0.85, 0, 2 * Math.PI);
  g.stroke();
}

/** @param {CanvasRenderingContext2D} g  @param {DotMap} map  @param {[number, number]} here */
function drawHere(g, map, here) {
  const { theme, width, data } = map;
  const size = typeOf(map);
  g.beginPath();
  g.arc(...here, size * 0.55, 0, 2 * Math.PI);
  g.fillStyle = theme.accent;
  g.strokeStyle = theme.surface;
  g.fill();
  g.stroke();
  const leftwards = here[0] > width * 0.7;
  g.font = `600 ${size}px ${theme.font}`;
  g.textAlign = leftwards ? "right" : "left";
  g.textBaseline = "alphabetic";
  const [x, y] = [here[0] + size * (leftwards ? -0.9 : 0.9), here[1] + size * 0.35];
  g.lineWidth = 4;
  g.lineJoin = "round";
  g.strokeText(data.hereName, x, y);
  g.fillText(data.hereName, x, y);
}
