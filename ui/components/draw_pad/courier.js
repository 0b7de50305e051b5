// Sends the newest drawing and only that: the next leaves when Python has answered the last, so
// that none queue up, and every change is sent at last. An answer that never comes (a lost
// connection, a server that is very busy) is given longer and longer before the drawing is sent
// again.

/**
 * @typedef {object} Content  the drawing as it is told
 * @property {string} ink  packed, see ink.js
 * @property {string | null} preset  the sample that it is, unchanged, or is becoming
 * @property {number} epoch  of the link that the pad had taken up
 * @property {string | null} loaded
 * @property {boolean} moving
 * @property {string[]} held  marks of what the page's components were given, see shared/kept.js
 */
/** @typedef {{ sequence: number } & Content} Message */

const FIRST_PATIENCE = 2500;
const MOST_PATIENCE = 20000;

export class Courier {
  /**
   * @param {() => Content} compose  gives the message
   * @param {(message: Message) => void} send  hands it to Streamlit
   */
  constructor(compose, send) {
    this.compose = compose;
    this.send = send;
    this.sequence = 0;
    this.answered = 0;
    this.changed = false;
    this.patience = FIRST_PATIENCE;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  get busy() {
    return this.changed || this.answered < this.sequence;
  }

  // The drawing is not the one that was sent last.
  touch() {
    this.changed = true;
    if (this.answered >= this.sequence) this.dispatch();
  }

  // What is done next elsewhere on the page is done with the drawing as it is now: it leaves first.
  hurry() {
    if (this.changed) this.dispatch();
  }

  /** Python has seen drawing number `sequence`.  @param {number} sequence */
  hear(sequence) {
    const waiting = this.answered < this.sequence;
    if (sequence < this.answered) {
      if (!waiting) this.dispatch(); // a server that was started anew: tell it again
      return;
    }
    this.answered = sequence;
    if (this.answered < this.sequence) return;
    this.sequence = sequence;
    this.stop();
    this.patience = FIRST_PATIENCE;
    if (this.changed) this.dispatch();
  }

  dispatch() {
    this.changed = false;
    this.sequence++;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.patience = Math.min(MOST_PATIENCE, 2 * this.patience);
      this.dispatch();
    }, this.patience);
    this.send({ sequence: this.sequence, ...this.compose() });
  }

  stop() {
    clearTimeout(this.timer);
  }
}
