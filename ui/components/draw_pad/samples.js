// The row of samples, and drawing one of them as a hand would.

import { fitCanvas } from "../shared/canvas.js";
import { PALETTE } from "../shared/palette.js";
import { paintStep } from "./drawing.js";
import { SIDE, strokeThrough } from "./ink.js";

const SAMPLE_TIME = 1100; // ms to draw a sample of common length
const THUMB = 28; // side of a sample's picture, CSS pixels

// Samples come as [{id, label, width, strokes: [x, y, … as uint16, 65535 = the side]}].
export function readSamples(samples) {
  return samples.map(({ id, label, width, strokes }) => ({
    id,
    label,
    strokes: strokes.map((numbers) => {
      const points = [];
      for (let i = 0; i < numbers.length; i += 2) {
        points.push([numbers[i] / 65535, numbers[i + 1] / 65535]);
      }
      return strokeThrough(points, width);
    }),
  }));
}

export function sampleButton(sample, choose) {
  const button = document.createElement("button");
  button.type = "button";
  button.name = `sample-${sample.id}`;
  button.title = sample.label;
  button.setAttribute("aria-label", `Sample: ${sample.label}`);
  button.append(document.createElement("canvas"));
  button.onclick = () => choose(sample);
  return button;
}

export function paintThumb(canvas, sample, theme) {
  const context = fitCanvas(canvas, THUMB, THUMB);
  context.clearRect(0, 0, THUMB, THUMB);
  context.scale(THUMB / SIDE, THUMB / SIDE);
  paintStep(context, { kind: "sample", strokes: sample.strokes }, PALETTE.grey[theme.name][1]);
}

// Draws a sample's strokes over time. `step.shown` counts points; it is removed at the end.
export class Player {
  constructor() {
    this.step = null;
  }

  start(step, now) {
    this.step = step;
    this.began = now;
    this.total = step.strokes.reduce((sum, stroke) => sum + stroke.path.length, 0);
    step.shown = 0;
  }

  // True if the step changed.
  advance(now) {
    if (!this.step) return false;
    const t = (now - this.began) / SAMPLE_TIME;
    if (t >= 1) return this.finish();
    const shown = Math.ceil(t * this.total);
    const changed = shown !== this.step.shown;
    this.step.shown = shown;
    return changed;
  }

  finish() {
    if (!this.step) return false;
    delete this.step.shown;
    this.step = null;
    return true;
  }
}
