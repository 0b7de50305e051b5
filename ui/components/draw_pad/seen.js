// "What the network sees": the prepared image beside the paper, and how the drawing becomes it.

import { fitCanvas, prefersStill } from "../shared/canvas.js";
import { PALETTE } from "../shared/palette.js";
import { bytesAsCanvas } from "./drawing.js";
import { SIDE } from "./ink.js";

const MOVE_TIME = 380; // ms that the drawing takes from the paper into the fitted image

export class Seen {
  constructor(root) {
    this.canvas = root.querySelector(".small");
    this.steps = root.querySelector(".steps");
    this.figure = root.querySelector(".seen");
    this.fit = null;
    this.image = null;
    this.began = 0; // when the move into the image began; 0 at rest
  }

  // The fit that Python sent, or null when the page prepares nothing. Once the pen rests, the
  // drawing is seen to move to where it was fitted.
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

  paint(inkCanvas, theme, side, now) {
    if (!this.fit) return;
    const context = fitCanvas(this.canvas, side, side);
    const [paper, ink] = PALETTE.grey[theme.name];
    context.fillStyle = paper;
    context.fillRect(0, 0, side, side);
    const t = this.began ? Math.min(1, (now - this.began) / MOVE_TIME) : 1;
    if (t < 1) {
      const ease = t * t * (3 - 2 * t);
      const k = inkCanvas.width / SIDE;
      const from = [0, 0, SIDE, SIDE];
      const [top, left, bottom, right] = from.map((v, i) => (v + (this.fit.frame[i] - v) * ease) * k);
      context.imageSmoothingEnabled = true;
      context.drawImage(inkCanvas, left, top, right - left, bottom - top, 0, 0, side, side);
      return;
    }
    this.began = 0;
    if (this.image?.ink !== ink) {
      this.image = bytesAsCanvas(this.fit.image, ink, this.fit.side);
      this.image.ink = ink;
    }
    context.imageSmoothingEnabled = false;
    context.drawImage(this.image, 0, 0, side, side);
  }
}
