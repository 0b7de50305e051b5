// The drawing as this tab remembers it, over a reload or a server that was started anew; what a tab
// remembers and for how long is said in shared/tab.js. All that is seen is kept, stroke by stroke.

import { recall, remember } from "../shared/tab.js";
import { Stroke, decodeBytes, encodeInk } from "./ink.js";

/** @import { Drawing, Step } from "./drawing.js" */
/** @import { Point } from "./ink.js" */
/** @import { Sample } from "./samples.js" */

/**
 * A step as it is kept: a sample by its id, an image as base64, a stroke as its path.
 * @typedef {{ kind: "clear" | "invert" }
 *   | { kind: "sample", id: string }
 *   | { kind: "image", ink: string }
 *   | { kind: "stroke", erase: boolean, path: number[] }} Packed
 */

const LONGEST_MEMORY = 1_000_000; // characters; of a drawing with more only the ink is kept

/** @param {string} key  @param {Drawing} drawing */
export function rememberDrawing(key, drawing) {
  let text = JSON.stringify(drawing.visible().map(packStep));
  if (text.length > LONGEST_MEMORY) {
    text = JSON.stringify([{ kind: "image", ink: encodeInk(drawing.ink) }]);
  }
  remember(`pad.${key}`, text);
}

/** @param {string} key */
export function forgetDrawing(key) {
  remember(`pad.${key}`, "");
}

/**
 * The steps that were kept, or null: nothing was, or it cannot be read any more.
 * @param {string} key  @param {Sample[]} samples  @returns {Step[] | null}
 */
export function recallDrawing(key, samples) {
  try {
    const steps = JSON.parse(recall(`pad.${key}`) ?? "null");
    return Array.isArray(steps) ? steps.map((step) => unpackStep(step, samples)) : null;
  } catch {
    return null;
  }
}

/**
 * A stroke is kept as its path, x, y and half width of each point, to a hundredth of a pixel.
 * @param {Step} step  @returns {Packed}
 */
function packStep(step) {
  if (step.kind === "sample") return { kind: "sample", id: step.id };
  if (step.kind === "image") {
    return { kind: "image", ink: encodeInk(Float32Array.from(step.bytes, (v) => v / 255)) };
  }
  if (step.kind !== "stroke") return { kind: step.kind };
  const { erase, path } = step.stroke;
  return { kind: "stroke", erase, path: path.flat().map((v) => Math.round(100 * v) / 100) };
}

/**
 * @param {Packed} step  @param {Sample[]} samples  @returns {Step}
 * @throws {TypeError} a sample that is offered no more, or a kind that there is not
 */
function unpackStep(step, samples) {
  if (step.kind === "sample") {
    const sample = samples.find(({ id }) => id === step.id);
    if (!sample) throw new TypeError(`no sample ${step.id}`);
    return { kind: "sample", id: sample.id, strokes: sample.strokes };
  }
  if (step.kind === "image") return { kind: "image", bytes: decodeBytes(step.ink) };
  if (step.kind === "stroke") return { kind: "stroke", stroke: strokeOf(step.path, step.erase) };
  if (step.kind === "clear" || step.kind === "invert") return { kind: step.kind };
  throw new TypeError("no step");
}

/** @param {number[]} path  @param {boolean} erase */
function strokeOf(path, erase) {
  if (!path.length || path.length % 3 || !path.every(Number.isFinite)) throw new TypeError("no path");
  const stroke = new Stroke(erase, false);
  for (let i = 0; i < path.length; i += 3) {
    stroke.path.push(/** @type {Point} */ (path.slice(i, i + 3)));
  }
  stroke.points = stroke.path;
  return stroke;
}
