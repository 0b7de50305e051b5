// A number that is being typed, in the field that stands in for a cell of a grid.

import { parseNumber } from "./numbers.js";

/**
 * @typedef {object} Question
 * @property {string} name  of the cell, for a screen reader
 * @property {string} shown  the cell's number as it stands there
 * @property {string | null} initial  a key that began it; null: the cell's number, to be replaced
 * @property {number} limit  numbers beyond it do not fit
 * @property {boolean} [gaps]  whether a cell may be left empty: its number is NaN
 */
/**
 * @typedef {object} Listeners
 * @property {(message: string) => void} say  what is wrong; "" when all is well
 * @property {(value: number) => void} take  the number; not called where nothing was changed
 * @property {(step: number) => boolean} leave  by Tab (−1 or 1), Enter or Escape (0), to a cell of the grid if there is one
 */

export class NumberField {
  /** @param {HTMLElement} cell  @param {Question} question  @param {Listeners} listeners */
  constructor(cell, question, listeners) {
    this.question = question;
    this.listeners = listeners;
    this.open = true;
    this.input = document.createElement("input");
    this.input.type = "text";
    this.input.inputMode = "text"; // a decimal keypad on a phone often has no minus sign
    this.input.autocomplete = "off";
    this.input.setAttribute("aria-label", question.name);
    this.input.value = question.initial ?? this.#typable();
    cell.append(this.input);
    this.input.onkeydown = (event) => this.#press(event);
    this.input.onblur = () => this.close(true);
    this.input.onpointerdown = (event) => event.stopPropagation();
    this.input.focus();
    if (question.initial === null) this.input.select();
  }

  #typable() {
    return this.question.shown.replace("−", "-");
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      this.listeners.say("");
      this.close(false);
      this.listeners.leave(0);
    } else if (event.key === "Enter" || event.key === "Tab") {
      const step = event.key === "Enter" ? 0 : event.shiftKey ? -1 : 1;
      const stays = !this.close(true, true);
      if (stays || this.listeners.leave(step)) event.preventDefault();
    }
  }

  /**
   * Ends it; false where the text is no number and it stays open (`insist`).
   * @param {boolean} commit  take what was typed
   */
  close(commit, insist = false) {
    if (!this.open) return true;
    const value = parseNumber(this.input.value);
    const wrong = this.#wrong(value);
    if (commit && wrong) {
      this.listeners.say(wrong);
      if (insist) {
        this.input.select();
        return false;
      }
    }
    this.open = false;
    this.input.onblur = null;
    this.input.remove();
    if (commit && !wrong) {
      this.listeners.say("");
      // Text that was not touched must not replace the exact value by its rounded picture.
      if (this.input.value !== this.#typable()) this.listeners.take(value);
    }
    return true;
  }

  /** What is wrong with it; "" if nothing.  @param {number} value */
  #wrong(value) {
    const { limit, shown, gaps } = this.question;
    if (gaps && !this.input.value.trim()) return "";
    const kept = shown ? `the cell keeps ${shown}.` : "the cell stays empty.";
    if (!Number.isFinite(value)) return `“${this.input.value.slice(0, 20)}” is not a number; ${kept}`;
    return Math.abs(value) > limit ? `Numbers from −${limit} to ${limit} fit here; ${kept}` : "";
  }
}
