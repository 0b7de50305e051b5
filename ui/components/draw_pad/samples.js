// The row of samples, and drawing one of them as a hand would.

import { fitCanvas } from "../shared/canvas.js";
import { PALETTE } from "../shared/palette.js";
import { element, find } from "../shared/dom.js";
import { paintStep } from "./drawing.js";
import { SIDE, strokeThrough } from "./ink.js";

/** @import { Theme } from "../shared/theme.js" */
/** @import { SampleData } from "./draw_pad.js" */
/** @import { SampleStep, Step } from "./drawing.js" */
/** @import { Stroke } from "./ink.js" */

/** @typedef {{ id: string, label: string, strokes: Stroke[] }} Sample */

const SAMPLE_TIME = 1100; // ms to draw a sample of common length
const THUMB = 28; // side of a sample's picture, CSS pixels

/** @param {SampleData[]} samples  @returns {Sample[]} */
function readSamples(samples) {
  return samples.map(({ id, label, width, strokes }) => ({
    id,
    label,
    strokes: strokes.map((numbers) => {
      /** @type {[number, number][]} */
      const points = [];
      for (let i = 0; i < numbers.length; i += 2) {
        points.push([numbers[i] / 65535, numbers[i + 1] / 65535]);
      }
      return strokeThrough(points, width);
    }),
  }));
}

/** @param {Sample} sample  @param {(sample: Sample) => void} choose */
function sampleButton(sample, choose) {
  const button = element("button");
  button.type = "button";
  button.name = `sample-${sample.id}`;
  button.title = sample.label;
  button.setAttribute("aria-label", `Sample: ${sample.label}`);
  const canvas = element("canvas");
  button.append(canvas);
  button.onclick = () => choose(sample);
  return { sample, button, canvas };
}

/** The samples that are offered, each a button with its picture. */
export class Samples {
  /** As Python gave them.  @type {SampleData[]} */
  offered = [];
  /** @type {Sample[]} */
  all = [];
  /** @type {ReturnType<typeof sampleButton>[]} */
  #buttons = [];
  #look = "";
  #row;
  #choose;

  /** @param {HTMLElement} root  @param {(sample: Sample) => void} choose */
  constructor(root, choose) {
    this.#row = find(root, ".samples", HTMLElement);
    this.#choose = choose;
  }

  /** @param {SampleData[]} samples */
  offer(samples) {
    if (samples === this.offered) return;
    const news = JSON.stringify(samples) !== JSON.stringify(this.offered);
    this.offered = samples;
    if (!news) return;
    this.#look = "";
    this.all = readSamples(samples);
    this.#buttons = this.all.map((sample) => sampleButton(sample, this.#choose));
    this.#row.hidden = !samples.length;
    this.#row.replaceChildren(...this.#buttons.map(({ button }) => button));
  }

  /** @param {string | null} wanted */
  find(wanted) {
    return this.all.find(({ id }) => id === wanted);
  }

  /** The one that was drawn last is pressed.  @param {Step | undefined} last  @param {Theme} theme */
  paint(last, theme) {
    const origin = last?.kind === "sample" ? last.id : null;
    const look = `${origin} ${theme.name} ${devicePixelRatio}`;
    if (look === this.#look) return;
    this.#look = look;
    for (const { sample, button, canvas } of this.#buttons) {
      button.setAttribute("aria-pressed", String(sample.id === origin));
      paintThumb(canvas, sample, theme);
    }
  }
}

/** @param {HTMLCanvasElement} canvas  @param {Sample} sample  @param {Theme} theme */
function paintThumb(canvas, sample, theme) {
  const context = fitCanvas(canvas, THUMB, THUMB);
  context.clearRect(0, 0, THUMB, THUMB);
  context.scale(THUMB / SIDE, THUMB / SIDE);
  paintStep(context, { kind: "sample", ...sample }, PALETTE.grey[theme.name][1]);
}

// Draws a sample's strokes over time. `step.shown` counts points; it is removed at the end.
export class Player {
  constructor() {
    /** @type {SampleStep | null} */
    this.step = null;
    this.began = 0;
    this.total = 0;
  }

  /** @param {SampleStep} step  @param {number} now */
  start(step, now) {
    this.step = step;
    this.began = now;
    this.total = step.strokes.reduce((sum, stroke) => sum + stroke.path.length, 0);
    step.shown = 0;
  }

  /** True if the step changed.  @param {number} now */
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
