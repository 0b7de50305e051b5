// "What the network sees": the prepared image beside the paper, and how the drawing becomes it.

import { fitCanvas, prefersStill } from "../shared/canvas.js";
import { PALETTE } from "../shared/palette.js";
import { find } from "../shared/dom.js";
import { bytesAsCanvas } from "./drawing.js";
import { SIDE } from "./ink.js";

/** @import { Theme } from "../shared/theme.js" */
/** @import { Fit } from "./draw_pad.js" */

const MOVE_TIME = 380; // ms that the drawing takes from the paper into the fitted image

export class Seen {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.canvas = find(root, ".small", HTMLCanvasElement);
    this.steps = find(root, ".steps", HTMLElement);
    this.figure = find(root, ".seen", HTMLElement);
    /** @type {Fit | null} */
    this.fit = null;
    /** In that colour.  @type {{ ink: string, canvas: HTMLCanvasElement } | null} */
    this.image = null;
    this.began = 0; // when the move into the image began; 0 at rest
  }

  /**
   * The fit that Python sent, or null when the page prepares nothing. Once the pen rests, the
   * drawing is seen to move to where it was fitted.
   * @param {Fit | null} fit  @param {boolean} finished
   */
  show(fit, finished) {
    this.fit = fit;
    this.figure.hidden = !fit;
    if (!fit) return;
    this.steps.textContent = fit.caption;
    this.canvas.setAttribute("aria-label", `The ${fit.side} by ${fit.side} image. ${fit.caption}`);
    this.image = null;
    if (finished && fit.box && !prefersStill()) this.began = performance.now();
  }

  get moving() {
    return this.began > 0;
  }

  /** @param {HTMLCanvasElement} inkCanvas  @param {Theme} theme  @param {number} side  @param {number} now */
  paint(inkCanvas, theme, side, now) {
    const { fit } = this;
    if (!fit) return;
    const context = fitCanvas(this.canvas, side, side);
    const [paper, ink] = PALETTE.grey[theme.name];
    context.fillStyle = paper;
    context.fillRect(0, 0, side, side);
    const t = this.began ? Math.min(1, (now - this.began) / MOVE_TIME) : 1;
    if (t < 1) {
      const ease = t * t * (3 - 2 * t);
      const k = inkCanvas.width / SIDE;
      const from = [0, 0, SIDE, SIDE];
      const [top, left, bottom, right] = from.map((v, i) => (v + (fit.frame[i] - v) * ease) * k);
      context.imageSmoothingEnabled = true;
      context.drawImage(inkCanvas, left, top, right - left, bottom - top, 0, 0, side, side);
      return;
    }
    this.began = 0;
    if (this.image?.ink !== ink) this.image = { ink, canvas: bytesAsCanvas(fit.image, ink, fit.side) };
    context.imageSmoothingEnabled = false;
    context.drawImage(this.image.canvas, 0, 0, side, side);
  }
}
