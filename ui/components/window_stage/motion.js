// Playing, stepping, scrubbing: how the state moves, and the one loop of frames.

import { prefersStill } from "../shared/canvas.js";
import { cellAt } from "./model.js";
import { StageState } from "./state.js";

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];
/** Steps that one frame may make up for. */
const MOST_DUE = 20;

/** @typedef {{ position: number, speed: number, loop: boolean, whole: boolean, walking: boolean }} Memory */

/** Kept while the app is open, so that going to another page and back changes nothing.  @type {Map<string, Memory>} */
const REMEMBERED = new Map();

/** How the stage with that key was left.  @param {string} key */
export function remembered(key) {
  return REMEMBERED.get(key);
}

export class Motion extends StageState {
  #frame = 0;
  #lastStep = 0;

  /** What moves is painted.  The stage does it. */
  paintMoving() {}
  /** Everything that follows from the state is shown.  The stage does it. */
  refresh() {}
  /** A screen reader is told.  The stage does it. */
  announce() {}
  /** What is pinned or pointed at is let go.  The stage does it. */
  release() {
    return false;
  }

  remember() {
    const { position, speed, loop, whole, walking } = this;
    REMEMBERED.set(this.data.key, { position, speed, loop, whole, walking });
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    this.release();
    if (this.preview) this.whole = this.preview = false;
    if (this.position === this.m.N - 1 && !this.termsLeft()) this.moveTo(0, false);
    this.playing = true;
    this.resume();
    this.refresh();
  }

  /** Frames go on from now. */
  resume() {
    this.#lastStep = performance.now();
    this.draw();
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.refresh();
    this.announce();
  }

  /** Milliseconds of a step. */
  period() {
    const slow = this.walking ? 650 : 900;
    return Math.max(slow * Math.min(1, this.walking ? 1 : 64 / this.m.N), 12) / this.speed;
  }

  /** @param {number} by */
  step(by) {
    this.pause();
    this.hover = null;
    if (!this.walking || !this.#walkTerm(by)) {
      const to = this.position + by;
      if (to < 0 || to >= this.m.N) return;
      this.moveTo(to, true);
      if (this.walking) this.term = by > 0 ? 0 : this.termCount() - 1;
    }
    this.refresh();
    this.announce();
  }

  /** To another product of the same sum, if there is one.  @param {number} by */
  #walkTerm(by) {
    const next = this.term + by;
    if (next < 0 || next >= this.termCount()) return false;
    this.term = next;
    return true;
  }

  /** @param {number} to */
  jump(to) {
    this.pause();
    this.hover = null;
    this.pinned = false;
    if (this.walking) this.term = 0;
    this.moveTo(Math.max(0, Math.min(this.m.N - 1, to)), true);
    this.refresh();
    this.announce();
  }

  /** @param {number} to  @param {boolean} slides */
  moveTo(to, slides) {
    if (to === this.position) return;
    const from = this.windowPlace(cellAt(this.m, this.position));
    this.position = to;
    const soft = slides && this.speed <= 2 && !prefersStill() && this.visible;
    const length = this.playing ? Math.max(60, Math.min(500, this.period() * 0.45)) : 240;
    this.slide = soft ? { ...from, t: 0, start: 0, length } : null;
    this.remember();
    this.draw();
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = speed;
    this.#changed();
  }

  toggleWhole() {
    this.preview = false;
    this.whole = !this.whole;
    this.#changed();
  }

  toggleLoop() {
    this.loop = !this.loop;
    this.#changed();
  }

  toggleTerms() {
    this.walking = !this.walking;
    this.term = this.walking ? 0 : -1;
    this.#changed();
  }

  #changed() {
    this.remember();
    this.refresh();
  }

  draw() {
    if (!this.#frame && this.visible) this.#frame = requestAnimationFrame((now) => this.#nextFrame(now));
  }

  /** No frame is waited for any more. */
  stop() {
    cancelAnimationFrame(this.#frame);
    this.visible = false;
  }

  /** @param {number} now */
  #nextFrame(now) {
    this.#frame = 0;
    this.#advanceSlide(now);
    if (this.playing) this.#advance(now);
    this.paintMoving();
    if (this.playing || this.slide) this.draw();
  }

  /** @param {number} now */
  #advanceSlide(now) {
    const { slide } = this;
    if (!slide) return;
    if (!slide.start) slide.start = now;
    slide.t = Math.min(1, (now - slide.start) / slide.length);
    if (slide.t < 1) return;
    this.slide = null;
    if (this.backward) this.refresh();
  }

  /** The steps that are due.  @param {number} now */
  #advance(now) {
    const period = this.period();
    const due = Math.floor((now - this.#lastStep) / period);
    if (due < 1) return;
    this.#lastStep = due > MOST_DUE ? now : this.#lastStep + due * period;
    for (let n = Math.min(due, MOST_DUE); n > 0 && this.playing; n--) this.#tick();
    this.refresh();
  }

  #tick() {
    if (this.walking && this.#walkTerm(1)) return;
    if (this.position < this.m.N - 1) this.moveTo(this.position + 1, true);
    else if (this.loop || this.data.compact) this.moveTo(0, false);
    else {
      this.pause();
      return;
    }
    if (this.walking) this.term = 0;
  }
}
