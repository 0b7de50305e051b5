// What pointing, pinning and letting go change.

import { positionOf } from "./model.js";
import { Motion } from "./motion.js";

/** @import { Spot } from "./state.js" */

const RESUME_AFTER = 2500; // ms

export class Pointing extends Motion {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #resuming;

  /** Is told of an output that was pinned.  @type {((cell: [number, number]) => void) | null} */
  onPin = null;

  /** Maps are painted anew.  The stage does it. */
  repaint() {}

  /** @param {Spot | null} spot */
  point(spot) {
    if (JSON.stringify(this.hover) === JSON.stringify(spot)) return;
    this.hover = spot;
    if (spot) this.rest();
    else this.#resumeLater();
    this.refresh();
  }

  rest() {
    clearTimeout(this.#resuming);
    this.pause();
  }

  /** A miniature that played by itself plays on when nobody points at it any more. */
  #resumeLater() {
    clearTimeout(this.#resuming);
    if (!this.autoplay || this.playing) return;
    this.#resuming = setTimeout(() => this.autoplay && this.play(), RESUME_AFTER);
  }

  /** @param {Spot | null} spot */
  pin(spot) {
    if (!spot) {
      this.release();
      this.refresh();
      return;
    }
    this.rest();
    if (spot.type === "input" && spot.thumb) this.setFocus(spot.c);
    else if (spot.type === "output") this.#pinOutput(spot.k, spot.i, spot.j);
    else if (spot.type !== "tap") {
      const same = JSON.stringify(this.pinnedLight) === JSON.stringify(spot);
      this.pinnedLight = same ? null : spot;
    }
    this.refresh();
    this.announce();
  }

  /** @param {number} k  @param {number} i  @param {number} j */
  #pinOutput(k, i, j) {
    this.pinnedLight = null;
    if (this.walking) this.term = 0;
    this.slide = null;
    this.position = positionOf(this.m, { i, j });
    if (this.m.K > 1 && this.focus !== k) {
      this.focus = k;
      this.repaint();
    }
    this.pinned = true;
    this.hover = null;
    this.remember();
    this.onPin?.([i, j]);
  }

  /** Escape: let go of what is pinned; true if there was something. */
  release() {
    const held = this.pinned || this.pinnedLight !== null || this.hover !== null;
    this.pinned = false;
    this.pinnedLight = null;
    this.hover = null;
    if (held) this.refresh();
    return held;
  }

  /** @param {number} c */
  setFocus(c) {
    this.focus = c;
    this.repaint();
    this.refresh();
  }

  stop() {
    super.stop();
    clearTimeout(this.#resuming);
  }
}
