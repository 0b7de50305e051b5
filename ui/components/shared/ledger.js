// A ledger's lines: a label and a value each, kept from one update to the next.

import { element, setText, targetOf } from "./dom.js";

/** @typedef {{ box: HTMLElement, label: HTMLElement, value: HTMLElement }} Row */

export class LedgerRows {
  root = element("div", "ledger");
  /** @type {Map<string, Row>} */
  #rows = new Map();

  /** @param {(channel: number) => void} choose  hears which channel's line was pressed */
  constructor(choose) {
    this.root.onclick = (event) => {
      const chosen = targetOf(event, "[data-channel]");
      if (chosen) choose(Number(chosen.dataset.channel));
    };
  }

  clear() {
    this.root.replaceChildren();
    this.#rows.clear();
  }

  /**
   * Write a line.
   * @param {string} id  @param {string} label  @param {string} value  "": the line is not there
   * @param {string} [className]  @param {number} [channel]  that it stands for, as a button; −1: for none
   */
  write(id, label, value, className = "", channel = -1) {
    const row = this.#rows.get(id) ?? this.#add(id, channel);
    setText(row.label, label);
    setText(row.value, value);
    const wanted = `row ${className}`;
    if (row.box.className !== wanted) row.box.className = wanted;
    row.box.hidden = value === "";
  }

  /** @param {string} id  @param {number} channel */
  #add(id, channel) {
    const box = element(channel >= 0 ? "button" : "div", "row");
    if (box instanceof HTMLButtonElement) {
      box.type = "button";
      box.dataset.channel = String(channel);
    }
    box.dataset.row = id;
    const row = { box, label: element("span", "label"), value: element("span", "value") };
    box.append(row.label, row.value);
    this.root.append(box);
    this.#rows.set(id, row);
    return row;
  }
}
