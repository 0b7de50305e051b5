// The drawing as what was done, in order, so that everything can be undone and drawn again at any
// size. `ink` is always the result.

import { contextOf } from "../shared/canvas.js";
import { element } from "../shared/dom.js";
import { parseColour } from "../shared/theme.js";
import { SIDE, stampLine, stampPath } from "./ink.js";

/** @import { Point, Stroke } from "./ink.js" */

/**
 * Strokes that replace the drawing; while they are being drawn `shown` is the count of points so far.
 * @typedef {{ kind: "sample", id: string, strokes: Stroke[], shown?: number }} SampleStep
 */
/**
 * What was done. An image is SIDE × SIDE bytes that replace the drawing.
 * @typedef {{ kind: "stroke", stroke: Stroke }
 *   | { kind: "clear" }
 *   | { kind: "invert" }
 *   | { kind: "image", bytes: Uint8Array }
 *   | SampleStep} Step
 */

const MOST_STEPS = 240;

export class Drawing {
  constructor() {
    /** @type {Step[]} */
    this.steps = [];
    /** @type {Step[]} */
    this.undone = [];
    this.ink = new Float32Array(SIDE * SIDE);
    /** The stroke that is being drawn.  @type {Stroke | null} */
    this.current = null;
    this.settled = 0;
    this.version = 0; // grows whenever finished steps change: the picture is then painted anew
  }

  /** @param {Stroke} stroke */
  begin(stroke) {
    this.current = stroke;
    this.settled = 0;
  }

  // Ink of the part of the present stroke that will not change any more.
  extend() {
    if (!this.current) return;
    const { path, erase } = this.current;
    if (path.length === this.settled) return;
    stampPath(this.ink, path, erase, this.settled);
    this.settled = path.length;
  }

  // The ink with the present stroke up to the pen.
  inkNow() {
    if (!this.current) return this.ink;
    const ink = this.ink.slice();
    const [from, to] = this.current.tail();
    stampLine(ink, from, to, this.current.erase);
    return ink;
  }

  end() {
    const stroke = this.current;
    if (!stroke) return;
    stroke.end();
    this.extend();
    this.current = null;
    this.remember({ kind: "stroke", stroke });
  }

  /** Add a step and draw it. True: something was done.  @param {Step} step */
  push(step) {
    this.remember(step);
    applyStep(this.ink, step);
    return true;
  }

  /** @param {Step} step */
  remember(step) {
    this.steps.push(step);
    this.undone = [];
    this.version++;
    if (this.steps.length > MOST_STEPS) this.bake(MOST_STEPS / 2);
  }

  undo() {
    const step = this.steps.pop();
    if (!step) return false;
    this.undone.push(step);
    this.redraw();
    return true;
  }

  redo() {
    const step = this.undone.pop();
    if (!step) return false;
    this.steps.push(step);
    this.redraw();
    return true;
  }

  redraw() {
    this.ink.fill(0);
    for (const step of this.visible()) applyStep(this.ink, step);
    this.version++;
  }

  // The steps since the drawing was last replaced as a whole.
  visible() {
    const from = this.steps.findLastIndex((step) => step.kind !== "stroke" && step.kind !== "invert");
    return this.steps.slice(Math.max(0, from));
  }

  /** Old steps become one picture.  @param {number} count */
  bake(count) {
    const old = new Drawing();
    for (const step of this.steps.splice(0, count)) old.push(step);
    this.steps.unshift({ kind: "image", bytes: Uint8Array.from(old.ink, (v) => Math.round(v * 255)) });
  }

  // The sample that the drawing is, unchanged, or will be once it has drawn itself; else null.
  origin() {
    const last = this.steps.at(-1);
    return !this.current && last?.kind === "sample" ? last.id : null;
  }

  get blank() {
    return !this.current && (this.steps.at(-1)?.kind ?? "clear") === "clear";
  }
}

/** @param {Float32Array} ink  @param {Step} step */
function applyStep(ink, step) {
  if (step.kind === "stroke") stampPath(ink, step.stroke.path, step.stroke.erase);
  else if (step.kind === "invert") for (let i = 0; i < ink.length; i++) ink[i] = 1 - ink[i];
  else if (step.kind === "image") step.bytes.forEach((v, i) => (ink[i] = v / 255));
  else {
    ink.fill(0);
    if (step.kind === "sample") for (const path of shownPaths(step)) stampPath(ink, path, false);
  }
}

/** The paths of a sample as far as they have been drawn.  @param {SampleStep} step */
function shownPaths(step) {
  const paths = [];
  let left = step.shown ?? Infinity;
  for (const { path } of step.strokes) {
    if (left <= 0) break;
    paths.push(path.slice(0, Math.ceil(left)));
    left -= path.length;
  }
  return paths;
}

/**
 * Paints a step on a canvas whose units are the grid's pixels: ink is colour, paper is nothing.
 * @param {CanvasRenderingContext2D} context  @param {Step} step  @param {string} colour
 */
export function paintStep(context, step, colour) {
  if (step.kind === "stroke") paintPath(context, step.stroke.path, step.stroke.erase, colour);
  else if (step.kind === "invert") {
    context.globalCompositeOperation = "xor";
    context.fillStyle = colour;
    context.fillRect(0, 0, SIDE, SIDE);
    context.globalCompositeOperation = "source-over";
  } else {
    context.clearRect(0, 0, SIDE, SIDE);
    if (step.kind === "image") context.drawImage(bytesAsCanvas(step.bytes, colour), 0, 0, SIDE, SIDE);
    if (step.kind === "sample") for (const path of shownPaths(step)) paintPath(context, path, false, colour);
  }
}

/**
 * A path with the same outline as stampPath gives it. All its pieces are filled as one shape, so
 * that no seams show where they meet; browsers draw nothing for a line without length.
 * @param {CanvasRenderingContext2D} context  @param {Point[]} path  @param {boolean} erase  @param {string} colour
 */
export function paintPath(context, path, erase, colour) {
  context.globalCompositeOperation = erase ? "destination-out" : "source-over";
  context.fillStyle = context.strokeStyle = colour;
  const [first] = path;
  context.beginPath();
  if (path.every(([x, y]) => x === first[0] && y === first[1])) {
    context.arc(first[0], first[1], Math.max(...path.map((point) => point[2])), 0, 2 * Math.PI);
    context.fill();
  } else if (path.every((point) => point[2] === first[2])) {
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = 2 * first[2];
    for (const [x, y] of path) context.lineTo(x, y);
    context.stroke();
  } else {
    for (let i = 1; i < path.length; i++) addPiece(context, path[i - 1], path[i]);
    context.fill();
  }
  context.globalCompositeOperation = "source-over";
}

/**
 * The outline of a line that grows wider or narrower: half a disk at each end, straight between.
 * @param {CanvasRenderingContext2D} context  @param {Point} a  @param {Point} b
 */
function addPiece(context, a, b) {
  const across = Math.atan2(b[1] - a[1], b[0] - a[0]) + Math.PI / 2;
  context.moveTo(a[0] + a[2] * Math.cos(across), a[1] + a[2] * Math.sin(across));
  context.arc(a[0], a[1], a[2], across, across + Math.PI);
  context.arc(b[0], b[1], b[2], across + Math.PI, across + 2 * Math.PI);
  context.closePath();
}

/** SIDE × SIDE bytes (or `side`) as the opacity of one colour.  @param {Uint8Array} bytes  @param {string} colour */
export function bytesAsCanvas(bytes, colour, side = SIDE) {
  const canvas = element("canvas");
  canvas.width = canvas.height = side;
  const context = contextOf(canvas);
  const image = context.createImageData(side, side);
  const [r, g, b] = parseColour(colour);
  bytes.forEach((v, i) => image.data.set([r, g, b, v], 4 * i));
  context.putImageData(image, 0, 0);
  return canvas;
}
