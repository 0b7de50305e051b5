// The ledger below or beside the lines: the result's parts, and the result.

import { element, setText, targetOf } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";
import { combined } from "./model.js";

/** @import { Lens } from "./image_lens.js" */
/** @import { Channel, Model } from "./model.js" */
/** @import { Plan } from "./lines.js" */

/** @typedef {{ node: HTMLElement, label: HTMLElement, value: HTMLElement }} Row */

const COMBINED = { one: "", magnitude: "√(a² + b²) = ", direction: "angle, " };

export class Ledger {
  root = element("div", "ledger");
  #lens;
  /** @type {Map<string, Row>} */
  #rows = new Map();

  /** @param {Lens} lens */
  constructor(lens) {
    this.#lens = lens;
    this.root.onclick = (event) => {
      const chosen = targetOf(event, "[data-channel]");
      if (chosen) lens.setFocus(Number(chosen.dataset.channel));
    };
  }

  clear() {
    this.root.replaceChildren();
    this.#rows.clear();
  }

  /** A new line; a button where it stands for a channel.  @param {string} id  @param {number} channel */
  #newRow(id, channel) {
    const node = element(channel >= 0 ? "button" : "div", "row");
    if (node instanceof HTMLButtonElement) {
      node.type = "button";
      node.dataset.channel = String(channel);
    }
    node.dataset.row = id;
    const row = { node, label: element("span", "label"), value: element("span", "value") };
    node.append(row.label, row.value);
    this.root.append(node);
    this.#rows.set(id, row);
    return row;
  }

  /** @param {string} id  @param {string} label  @param {string} value  "": the line is not there
   * @param {string} [className]  @param {number} [channel] */
  #row(id, label, value, className = "", channel = -1) {
    const row = this.#rows.get(id) ?? this.#newRow(id, channel);
    setText(row.label, label);
    setText(row.value, value);
    const wanted = `row ${className}`;
    if (row.node.className !== wanted) row.node.className = wanted;
    row.node.hidden = value === "";
  }

  /** @param {Plan} plan */
  update(plan) {
    const { m, window: win } = this.#lens;
    const show = (/** @type {number} */ v) => formatNumber(v, m.decimals.sum);
    const pair = m.kernels.length === 2;
    if (m.C === 3) for (const one of win.channels) this.#channel(one, plan);
    else if (!pair) this.#row("sum", "sum of products", show(win.totals[0]), "part");
    if (pair && !m.apart) {
      this.#row("across", "first kernel, a", show(win.totals[0]), "part");
      this.#row("down", "its turned twin, b", show(win.totals[1]), "part");
    }
    if (!m.apart) this.#result();
    const rounded = m.decimals.product > 0 || m.decimals.w > 1;
    this.#row("note", "added up from exact values", rounded ? " " : "", "note");
  }

  /** @param {number} v */
  #final(v) {
    const { m } = this.#lens;
    return formatNumber(v, m.decimals.y) + (m.combine === "direction" ? "°" : "");
  }

  /** @param {Channel} one  @param {Plan} plan */
  #channel(one, plan) {
    const { m, focus } = this.#lens;
    const { i, j } = this.#lens.window;
    const sums = one.parts.map((part) => part.sum);
    const each = sums.map((v) => formatNumber(v, m.decimals.sum)).join(", ");
    const label = m.apart ? `${m.names[one.c]} [${i}, ${j}]` : `${m.names[one.c]}, sum of products`;
    const chosen = !plan.all && one.c === focus ? "chosen" : "";
    this.#row(`channel${one.c}`, label, m.apart ? this.#final(combined(m, sums)) : each, chosen, one.c);
  }

  #result() {
    const { m, window: win } = this.#lens;
    const y = combined(m, win.totals);
    this.#row("y", `${COMBINED[m.combine]}y[${win.i}, ${win.j}]`, this.#final(y), "total result");
    const instead = shownAs(m, y);
    // Its line stays where the view may need it, so that nothing below it moves.
    const kept = m.kind === "clipped" || m.kind === "magnitude" ? "\u00a0" : "";
    this.#row("shown", "shown as", instead || kept, instead ? "note" : "note absent");
  }
}

/** What the view makes of a result that it does not show as it is.  @param {Model} m  @param {number} y */
function shownAs(m, y) {
  if (m.kind === "clipped" && y < -0.5) return "0, black";
  if (m.kind === "clipped" && y > 255.5) return "255, white";
  if (m.kind === "magnitude" && y < 0) return formatNumber(-y, m.decimals.y);
  return "";
}
