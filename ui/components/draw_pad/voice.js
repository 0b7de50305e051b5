// What is said to a screen reader, and only once.

export class Voice {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #spoken = "";
  #status;

  /** @param {HTMLElement} status  a polite live region */
  constructor(status) {
    this.#status = status;
  }

  /** @param {string} words */
  say(words) {
    clearTimeout(this.#timer);
    if (words !== this.#spoken) this.#status.textContent = this.#spoken = words;
  }

  /** What is true in a while, if nothing else is said before.  @param {() => string} words */
  sayLater(words) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.say(words()), 400);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
