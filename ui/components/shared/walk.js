// The walk through the steps: which is present, whether it plays. What is drawn is not its matter.

export const SPEEDS = [0.5, 1, 2, 4];
/** Milliseconds that a step is looked at, at speed 1, where its words are to be read. */
const REST = 1400;

/**
 * @typedef {object} Listener  is told of it
 * @property {() => number} count  how many steps there are
 * @property {() => void} moved  another step is present
 * @property {() => void} changed  it plays, or no longer does
 */

export class Walk {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #listener;
  #rests;

  /** @param {Listener} listener  @param {number} [rests]  milliseconds that a step is looked at, at speed 1 */
  constructor(listener, rests = REST) {
    this.#listener = listener;
    this.#rests = rests;
    this.position = 0;
    this.playing = false;
    this.speed = 1;
  }

  get last() {
    return Math.max(0, this.#listener.count() - 1);
  }

  /** The present step, without a word to anybody.  @param {number} position */
  place(position) {
    this.position = Math.max(0, Math.min(this.last, position));
  }

  /** @param {number} position */
  go(position) {
    this.place(position);
    this.#listener.moved();
  }

  /** @param {number} position */
  jump(position) {
    this.pause();
    this.go(position);
  }

  /** @param {number} by */
  step(by) {
    this.jump(this.position + by);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    this.playing = true;
    if (this.position === this.last) this.go(0);
    this.#rest();
    this.#listener.changed();
  }

  #rest() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.go(this.position + 1);
      if (this.position === this.last) this.pause();
      else this.#rest();
    }, this.#rests / this.speed);
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = speed;
    if (this.playing) this.#rest();
  }

  pause() {
    clearTimeout(this.#timer);
    if (!this.playing) return;
    this.playing = false;
    this.#listener.changed();
  }
}
