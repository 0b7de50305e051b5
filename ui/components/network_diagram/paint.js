// Draws the boxes and what joins them: only what is in sight.

import { css, inkOn } from "../shared/colour.js";
import { PALETTE } from "../shared/palette.js";
import { parseColour } from "../shared/theme.js";
import { kindOf } from "./tree.js";

/** @import { Theme } from "../shared/theme.js" */
/** @import { Edge } from "./layout.js" */
/** @import { Moving } from "./motion.js" */
/** @import { Tree } from "./tree.js" */

/**
 * @typedef {object} Look
 * @property {Theme} theme
 * @property {Tree} tree
 * @property {(node: number) => string[]} label
 * @property {number} font  pixels
 * @property {number} line
 * @property {number} selected
 * @property {number} pointed
 * @property {number} left  where what is in sight begins
 */

/** The colours of what has weights; the rest is ink.  @param {string} kind  @param {Theme} theme */
export function colourOf(kind, theme) {
  const [conv, dense] = PALETTE.categorical[theme.name];
  return kind === "conv" ? conv : kind === "dense" ? dense : theme.text;
}

/** Of the few colours and alphas that there are: hundreds of boxes ask for them in every frame.
 * @type {Map<string, string>} */
const VEILS = new Map();

/** A colour with an alpha.  @param {string} colour  @param {number} alpha */
function veil(colour, alpha) {
  const key = `${colour} ${alpha}`;
  const known = VEILS.get(key) ?? css(parseColour(colour), alpha);
  VEILS.set(key, known);
  return known;
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Map<string, Moving>} boxes
 * @param {Edge[]} edges
 * @param {{ left: number, width: number, height: number }} view  what is in sight
 * @param {Look} look
 */
export function paint(ctx, boxes, edges, view, look) {
  ctx.clearRect(0, 0, view.width, view.height);
  ctx.save();
  ctx.translate(-view.left, 0);
  ctx.font = `${look.font}px ${look.theme.font}`;
  const [from, to] = [view.left - 60, view.left + view.width + 60];
  const seen = [...boxes.values()].filter((box) => box.x + box.w > from && box.x < to && box.alpha > 0.02);
  for (const box of seen) if (box.role === "frame") paintFrame(ctx, box, look);
  paintEdges(ctx, boxes, edges, from, to, look);
  for (const box of seen) {
    ctx.globalAlpha = box.alpha;
    PAINTERS[box.role]?.(ctx, box, look);
  }
  ctx.globalAlpha = 1;
  for (const node of [look.pointed, look.selected]) outline(ctx, boxes, node, look);
  ctx.restore();
}

/** Around a part that has no box of its own (a branch): around all that is in it.
 * @param {CanvasRenderingContext2D} ctx  @param {Map<string, Moving>} boxes  @param {number} node  @param {Look} look */
function outline(ctx, boxes, node, look) {
  if (node < 0 || boxes.has(`b${node}`)) return;
  const inside = boxesIn(look.tree, boxes, node);
  if (!inside.length) return;
  const x = Math.min(...inside.map((box) => box.x)) - 4;
  const y = Math.min(...inside.map((box) => box.y)) - 4;
  const w = Math.max(...inside.map((box) => box.x + box.w)) + 4 - x;
  const h = Math.max(...inside.map((box) => box.y + box.h)) + 4 - y;
  mark(ctx, { ...inside[0], node, x, y, w, h }, look, 3);
}

/** @param {Tree} tree  @param {Map<string, Moving>} boxes  @param {number} node  @returns {Moving[]} */
function boxesIn(tree, boxes, node) {
  const own = boxes.get(`b${node}`);
  return own ? [own] : tree.parts[node].flatMap((part) => boxesIn(tree, boxes, part));
}

/** @typedef {(ctx: CanvasRenderingContext2D, box: Moving, look: Look) => void} Painter */
/** @type {Record<string, Painter>} */
const PAINTERS = { block: paintBlock, thin: paintThin, join: paintJoin, arc: paintArc, input: paintInput };

/** @type {Painter} */
function paintFrame(ctx, box, look) {
  const { theme, tree } = look;
  ctx.globalAlpha = box.alpha;
  ctx.fillStyle = veil(theme.text, theme.name === "dark" ? 0.05 : 0.035);
  ctx.strokeStyle = veil(theme.text, 0.22);
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.roundRect(box.x + 0.5, box.y + 0.5, box.w - 1, box.h - 1, 5);
  ctx.fill();
  ctx.stroke();
  mark(ctx, box, look, 5);
  ctx.fillStyle = theme.text;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  const times = tree.columns.times[box.node] > 1 ? ` × ${tree.columns.times[box.node]}` : "";
  const middle = box.y + 4 + look.line / 2;
  const text = `−  ${tree.columns.title[box.node]}${times}`;
  // The title of a frame that begins out of sight stands at the edge.
  const room = Math.max(box.x + 10, box.x + box.w - 10 - ctx.measureText(text).width);
  ctx.fillText(text, Math.min(room, Math.max(box.x + 10, look.left + 6)), middle);
}

/** The outline of what is selected or pointed at.  @param {CanvasRenderingContext2D} ctx
 * @param {Moving} box  @param {Look} look  @param {number} radius */
function mark(ctx, box, look, radius) {
  const chosen = box.node === look.selected;
  if (!chosen && box.node !== look.pointed) return;
  ctx.strokeStyle = chosen ? look.theme.accent : look.theme.text;
  ctx.lineWidth = chosen ? 2.5 : 1.5;
  ctx.beginPath();
  ctx.roundRect(box.x - 2.5, box.y - 2.5, box.w + 5, box.h + 5, radius + 2);
  ctx.stroke();
}

/** @type {Painter} */
function paintBlock(ctx, box, look) {
  const { theme, tree } = look;
  const colour = colourOf(kindOf(tree, box.node), theme);
  const { times, opens } = tree.columns;
  const plain = colour === theme.text;
  const fill = veil(colour, (theme.name === "dark" ? 0.38 : 0.3) - (plain ? 0.14 : 0));
  for (const shift of times[box.node] > 1 ? [6, 3] : []) {
    panel(ctx, { ...box, x: box.x + shift, y: box.y - shift }, theme.surface, veil(colour, 0.6));
  }
  panel(ctx, box, theme.surface, "transparent");
  panel(ctx, box, fill, plain ? veil(colour, 0.7) : colour);
  if (opens[box.node]) schematic(ctx, box, look, colour);
  mark(ctx, box, look, 2);
  ctx.fillStyle = theme.text;
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  look.label(box.node).forEach((text, i) => {
    ctx.globalAlpha = box.alpha * (i ? 0.75 : 1);
    ctx.fillText(text, box.x + box.w / 2, box.y + box.h + 5 + i * look.line);
  });
}

/** @param {CanvasRenderingContext2D} ctx  @param {Moving} box  @param {string} fill  @param {string} stroke */
function panel(ctx, box, fill, stroke) {
  ctx.fillStyle = fill;
  ctx.strokeStyle = stroke;
  ctx.lineWidth = 1.25;
  ctx.beginPath();
  ctx.roundRect(box.x, box.y, box.w, box.h, 2);
  ctx.fill();
  ctx.stroke();
}

/** How a closed module is built, in a sign: its branches as stripes, its shortcut as an arc.
 * @param {CanvasRenderingContext2D} ctx  @param {Moving} box  @param {Look} look  @param {string} colour */
function schematic(ctx, box, look, colour) {
  const { parts, columns } = look.tree;
  const module = columns.times[box.node] > 1 ? parts[box.node][0] : box.node;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.25;
  ctx.beginPath();
  if (columns.layout[module] === "branches") {
    const count = parts[module].length - 1;
    for (let i = 1; i < count; i++) {
      const y = box.y + (box.h * i) / count;
      ctx.moveTo(box.x, y);
      ctx.lineTo(box.x + box.w, y);
    }
  } else if (columns.layout[module] === "residual") {
    ctx.moveTo(box.x + 5, box.y);
    ctx.bezierCurveTo(box.x + 8, box.y - 11, box.x + box.w - 8, box.y - 11, box.x + box.w - 5, box.y);
  }
  ctx.stroke();
}

/** @type {Painter} */
function paintThin(ctx, box, look) {
  ctx.fillStyle = veil(look.theme.text, 0.45);
  ctx.fillRect(box.x, box.y, box.w, box.h);
  mark(ctx, box, look, 1);
}

/** @type {Painter} */
function paintInput(ctx, box, look) {
  panel(ctx, box, look.theme.panel, veil(look.theme.text, 0.6));
  ctx.fillStyle = look.theme.text;
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  ctx.fillText("input", box.x + box.w / 2 + 4, box.y + box.h + 5);
}

/** A sum's plus, a stack's bars.  @type {Painter} */
function paintJoin(ctx, box, look) {
  const { theme, tree } = look;
  const [x, y, r] = [box.x + box.w / 2, box.y + box.h / 2, box.w / 2];
  ctx.fillStyle = theme.text;
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 2 * Math.PI);
  ctx.fill();
  ctx.strokeStyle = inkOn(parseColour(theme.text));
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  if (tree.columns.kind[box.node] === "sum") {
    ctx.moveTo(x - 4, y);
    ctx.lineTo(x + 4, y);
    ctx.moveTo(x, y - 4);
    ctx.lineTo(x, y + 4);
  } else {
    for (const dy of [-3.5, 0, 3.5]) {
      ctx.moveTo(x - 4, y + dy);
      ctx.lineTo(x + 4, y + dy);
    }
  }
  ctx.stroke();
  mark(ctx, box, look, 9);
}

/** What the input itself takes, past the body.  @type {Painter} */
function paintArc(ctx, box, look) {
  ctx.strokeStyle = veil(look.theme.text, 0.75);
  ctx.lineWidth = 1.75;
  const [left, right, low] = [box.x, box.x + box.w, box.y + box.h];
  const r = Math.min(14, box.w / 3, box.h);
  ctx.beginPath();
  ctx.moveTo(left, low);
  ctx.lineTo(left, box.y + r);
  ctx.arcTo(left, box.y, left + r, box.y, r);
  ctx.lineTo(right - r, box.y);
  ctx.arcTo(right, box.y, right, box.y + r, r);
  ctx.lineTo(right, low - 8);
  ctx.stroke();
}

/** @param {CanvasRenderingContext2D} ctx  @param {Map<string, Moving>} boxes  @param {Edge[]} edges
 * @param {number} left  @param {number} right  @param {Look} look */
function paintEdges(ctx, boxes, edges, left, right, look) {
  ctx.globalAlpha = 1;
  ctx.strokeStyle = veil(look.theme.text, 0.55);
  ctx.lineWidth = 1.25;
  ctx.beginPath();
  for (const { from, to } of edges) {
    const [a, b] = [boxes.get(from), boxes.get(to)];
    if (!a || !b || a.x > right || b.x + b.w < left || Math.min(a.alpha, b.alpha) < 0.5) continue;
    const [x1, y1, x2, y2] = [a.x + a.w, a.y + a.h / 2, b.x, b.y + b.h / 2];
    ctx.moveTo(x1, y1);
    if (Math.abs(y1 - y2) < 1) ctx.lineTo(x2, y2);
    else {
      // The bend lies where branches part or meet; a long way runs straight, out of others' way.
      const reach = Math.min(36, Math.max(12, x2 - x1));
      const start = b.role === "join" ? x2 - reach : x1;
      ctx.lineTo(start, y1);
      ctx.bezierCurveTo(start + reach / 2, y1, start + reach / 2, y2, start + reach, y2);
      ctx.lineTo(x2, y2);
    }
  }
  ctx.stroke();
}
