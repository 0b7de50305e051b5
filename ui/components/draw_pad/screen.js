// The pad on the screen: its size, the ink, the marks over it, one frame at a time.

import { contextOf, fitCanvas } from "../shared/canvas.js";
import { element, find } from "../shared/dom.js";
import { PALETTE } from "../shared/palette.js";
import { paintPath, paintStep } from "./drawing.js";
import { SIDE } from "./ink.js";
import { markField, markFit, markPen } from "./marks.js";

/** @import { Pad } from "./draw_pad.js" */

// CSS pixels
const NARROWEST = 160;
const BORDER = 1;
const BESIDE = 190; // room for the network's image at the paper's right …
const BESIDE_FROM = 500; // … where the component is at least so wide; else it lies below

export class Screen {
  #pad;
  #frame = 0;
  #side = 0;
  /** What is painted on the sheet; "" for nothing. */
  #painted = "";
  /** Finished steps are painted once, on a sheet of their own; the present stroke goes over it. */
  #sheet = element("canvas");

  /** @param {Pad} pad */
  constructor(pad) {
    this.#pad = pad;
    this.ink = find(pad.root, ".ink", HTMLCanvasElement);
    this.marks = find(pad.root, ".marks", HTMLCanvasElement);
    this.resizing = new ResizeObserver(() => this.fitToRoom());
    this.resizing.observe(pad.root);
  }

  fitToRoom() {
    const { root, seen, paper, data } = this.#pad;
    const beside = root.clientWidth >= BESIDE_FROM && !seen.figure.hidden;
    root.classList.toggle("beside", beside);
    const room = root.clientWidth - (beside ? BESIDE : 0) - 2 * BORDER;
    const side = Math.max(NARROWEST, Math.min(data.side, Math.floor(room)));
    if (side !== this.#side) {
      this.#side = side;
      paper.style.width = paper.style.height = `${side}px`;
    }
    this.wake();
  }

  /** All is to be painted anew. */
  forget() {
    this.#painted = "";
  }

  wake() {
    this.#frame ||= requestAnimationFrame((now) => this.#paint(now));
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.resizing.disconnect();
  }

  /** @param {number} now */
  #paint(now) {
    const pad = this.#pad;
    this.#frame = 0;
    if (!this.#side || !pad.root.isConnected) return;
    pad.advance(now);
    this.#paintPaper();
    this.#paintMarks();
    pad.glance.paint(pad.theme, this.#side);
    pad.seen.paint(this.ink, pad.theme, pad.data.projector ? 140 : 112, now);
    pad.tools.paint();
    pad.samples.paint(pad.drawing.steps.at(-1), pad.theme);
    if (pad.player.step || pad.seen.moving) this.wake();
  }

  #paintPaper() {
    const { theme, drawing } = this.#pad;
    const colour = PALETTE.grey[theme.name][1];
    const context = fitCanvas(this.ink, this.#side, this.#side);
    const { width } = this.ink;
    const state = [drawing.version, width, colour].join();
    if (this.#painted !== state) {
      this.#painted = state;
      this.#sheet.width = this.#sheet.height = width;
      const sheet = contextOf(this.#sheet);
      sheet.scale(width / SIDE, width / SIDE);
      for (const step of drawing.visible()) paintStep(sheet, step, colour);
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, width);
    context.drawImage(this.#sheet, 0, 0);
    const stroke = drawing.current;
    if (!stroke) return;
    context.setTransform(width / SIDE, 0, 0, width / SIDE, 0, 0);
    paintPath(context, [...stroke.path, stroke.tail()[1]], stroke.erase, colour);
  }

  #paintMarks() {
    const { data, theme, area, cursor, over, tools } = this.#pad;
    const { fit } = data;
    const side = this.#side;
    const context = fitCanvas(this.marks, side, side);
    context.clearRect(0, 0, side, side);
    const look = { theme, k: side / SIDE, width: data.projector ? 1.6 : 1.1 };
    if (fit && tools.marking) markFit(context, fit, look);
    if (fit && area) markField(context, area, fit, look);
    if (cursor.shown) markPen(context, [cursor.x, cursor.y], tools.brush / 2, cursor.down, look);
    else if (over) markPen(context, over, tools.brush / 2, null, look);
  }
}
