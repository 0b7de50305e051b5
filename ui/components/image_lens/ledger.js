// The ledger below or beside the lines: the result's parts, and the result.

import { LedgerRows } from "../shared/ledger.js";
import { formatNumber } from "../shared/numbers.js";
import { combined } from "./model.js";

/** @import { Lens } from "./image_lens.js" */
/** @import { Channel, Model } from "./model.js" */
/** @import { Plan } from "./lines.js" */

const COMBINED = { one: "", magnitude: "√(a² + b²) = ", direction: "angle, " };

export class Ledger {
  #lens;
  #lines;

  /** @param {Lens} lens */
  constructor(lens) {
    this.#lens = lens;
    this.#lines = new LedgerRows((channel) => lens.setFocus(channel));
    this.root = this.#lines.root;
  }

  clear() {
    this.#lines.clear();
  }

  /** @param {Plan} plan */
  update(plan) {
    const { m, window: win } = this.#lens;
    const show = (/** @type {number} */ v) => formatNumber(v, m.decimals.sum);
    const pair = m.kernels.length === 2;
    if (m.C === 3) for (const one of win.channels) this.#channel(one, plan);
    else if (!pair) this.#lines.write("sum", "sum of products", show(win.totals[0]), "part");
    if (pair && !m.apart) {
      this.#lines.write("across", "first kernel, a", show(win.totals[0]), "part");
      this.#lines.write("down", "its turned twin, b", show(win.totals[1]), "part");
    }
    if (!m.apart) this.#result();
    const rounded = m.decimals.product > 0 || m.decimals.w > 1;
    this.#lines.write("note", "added up from exact values", rounded ? " " : "", "note");
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
    this.#lines.write(`channel${one.c}`, label, m.apart ? this.#final(combined(m, sums)) : each, chosen, one.c);
  }

  #result() {
    const { m, window: win } = this.#lens;
    const y = combined(m, win.totals);
    this.#lines.write("y", `${COMBINED[m.combine]}y[${win.i}, ${win.j}]`, this.#final(y), "total result");
    const instead = shownAs(m, y);
    // Its line stays where the view may need it, so that nothing below it moves.
    const kept = m.kind === "clipped" || m.kind === "magnitude" ? "\u00a0" : "";
    this.#lines.write("shown", "shown as", instead || kept, instead ? "note" : "note absent");
  }
}

/** What the view makes of a result that it does not show as it is.  @param {Model} m  @param {number} y */
function shownAs(m, y) {
  if (m.kind === "clipped" && y < -0.5) return "0, black";
  if (m.kind === "clipped" && y > 255.5) return "255, white";
  if (m.kind === "magnitude" && y < 0) return formatNumber(-y, m.decimals.y);
  return "";
}
