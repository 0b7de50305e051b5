// The tools around the paper: pen and eraser, the pen's width, and what changes the drawing as a whole.

import { find } from "../shared/dom.js";
import { SIDE } from "./ink.js";

/** @import { Pad } from "./draw_pad.js" */

/** @typedef {"pen" | "eraser"} Tool */

/** @type {Tool[]} */
const TOOLS = ["pen", "eraser"];
const CHANGES = /** @type {const} */ (["undo", "redo", "clear", "invert"]);

export class Tools {
  #root;
  #pad;
  #width;
  #marking;

  /** @param {HTMLElement} root  @param {Pad} pad */
  constructor(root, pad) {
    this.#root = root;
    this.#pad = pad;
    this.erasing = false;
    this.brush = 9;
    this.#width = find(root, ".width input", HTMLInputElement);
    this.#width.oninput = () => this.setBrush(Number(this.#width.value));
    this.#marking = find(root, '[name="marking"]', HTMLInputElement);
    this.#marking.onchange = () => pad.wake();
    for (const name of TOOLS) this.#button(name).onclick = () => this.choose(name);
    for (const name of CHANGES) this.#button(name).onclick = () => pad[name]();
  }

  /** @param {string} name */
  #button(name) {
    return find(this.#root, `[name="${name}"]`, HTMLButtonElement);
  }

  /** Whether the steps of the preparation are to be seen. */
  get marking() {
    return this.#marking.checked;
  }

  /** @param {Tool} name */
  choose(name) {
    this.erasing = name === "eraser";
    for (const tool of TOOLS) this.#button(tool).setAttribute("aria-pressed", String(tool === name));
    this.#pad.wake();
  }

  /** @param {number} width  in pixels of the ink */
  setBrush(width) {
    const slider = this.#width;
    this.brush = Math.min(Number(slider.max), Math.max(Number(slider.min), width));
    slider.value = String(this.brush);
    slider.setAttribute("aria-valuetext", `${this.brush} of ${SIDE} pixels`);
    this.#pad.wake();
  }

  /** What can be undone and done again. */
  paint() {
    const { drawing } = this.#pad;
    this.#button("undo").disabled = !drawing.steps.length;
    this.#button("redo").disabled = !drawing.undone.length;
    this.#root.classList.toggle("blank", drawing.blank);
  }
}
