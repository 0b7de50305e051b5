// The drawing as this tab remembers it, over a reload or a server that was started anew; what a tab
// remembers and for how long is said in shared/tab.js. All that is seen is kept, stroke by stroke.

import { decodeBytes } from "../shared/numbers.js";
import { recall, remember } from "../shared/tab.js";
import { Stroke, encodeInk } from "./ink.js";

const LONGEST_MEMORY = 1_000_000; // characters; of a drawing with more only the ink is kept

export function rememberDrawing(key, drawing) {
  let text = JSON.stringify(drawing.visible().map(packStep));
  if (text.length > LONGEST_MEMORY) {
    text = JSON.stringify([{ kind: "image", ink: encodeInk(drawing.ink) }]);
  }
  remember(`pad.${key}`, text);
}

export function forgetDrawing(key) {
  remember(`pad.${key}`, "");
}

// The steps that were kept, or null: nothing was, or it cannot be read any more.
export function recallDrawing(key, samples) {
  try {
    const steps = JSON.parse(recall(`pad.${key}`) ?? "null");
    return steps?.map((step) => unpackStep(step, samples)) ?? null;
  } catch {
    return null;
  }
}

// A stroke is kept as its path, x, y and half width of each point, to a hundredth of a pixel.
function packStep(step) {
  const { kind, id } = step;
  if (kind === "sample") return { kind, id };
  if (kind === "image") return { kind, ink: encodeInk(Float32Array.from(step.bytes, (v) => v / 255)) };
  if (kind !== "stroke") return { kind };
  const { erase, path } = step.stroke;
  return { kind, erase, path: path.flat().map((v) => Math.round(100 * v) / 100) };
}

function unpackStep({ kind, id, ink, erase, path }, samples) {
  if (kind === "sample") return { kind, id, strokes: samples.find((s) => s.id === id).strokes };
  if (kind === "image") return { kind, bytes: decodeBytes(ink) };
  if (kind !== "stroke") return { kind };
  const stroke = new Stroke(erase, false);
  for (let i = 0; i < path.length; i += 3) stroke.path.push(path.slice(i, i + 3));
  stroke.points = stroke.path;
  return { kind, stroke };
}
