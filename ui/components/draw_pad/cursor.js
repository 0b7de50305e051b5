// The keyboard's pen: a place on the paper that arrow keys move, up or down.

import { SIDE } from "./ink.js";

/** @import { Pad } from "./draw_pad.js" */

export class Cursor {
  #pad;

  /** @param {Pad} pad */
  constructor(pad) {
    this.#pad = pad;
    this.x = SIDE / 2;
    this.y = SIDE / 2;
    this.down = false;
    this.shown = false;
  }

  /** @param {number} dx  @param {number} dy */
  move(dx, dy) {
    const pad = this.#pad;
    this.shown = true;
    this.x = Math.min(SIDE, Math.max(0, this.x + dx));
    this.y = Math.min(SIDE, Math.max(0, this.y + dy));
    if (this.down) {
      pad.penMove(this.x, this.y, pad.tools.brush / 2);
      pad.inkMoved();
    } else pad.voice.sayLater(() => `Pen at ${this.place}`);
    pad.wake();
  }

  toggle() {
    const pad = this.#pad;
    this.shown = true;
    if (this.down) pad.penUp();
    else {
      this.down = true;
      pad.penDown(this.x, this.y, pad.tools.brush / 2, pad.tools.erasing, false);
    }
    pad.voice.say(`Pen ${this.down ? "down" : "up"} at ${this.place}`);
    pad.wake();
  }

  hide() {
    if (this.down) this.#pad.penUp();
    this.shown = false;
    this.#pad.wake();
  }

  /** In hundredths of the side: short, and the same at any size. */
  get place() {
    const percent = (/** @type {number} */ v) => Math.round((100 * v) / SIDE);
    return `${percent(this.x)} across, ${percent(this.y)} down, of 100`;
  }
}
