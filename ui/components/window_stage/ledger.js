// The ledger: the sum's parts in lines that add up.

import { LedgerRows } from "../shared/ledger.js";
import { formatNumber } from "../shared/numbers.js";
import { sumOf } from "./model.js";
import { activationName, inputName, signed } from "./words.js";

/** @import { ChannelSum, Sum } from "./model.js" */
/** @import { Stage } from "./stage.js" */

/** More channels than these stand side by side in the ledger. */
const DENSE = 6;

export class Ledger {
  #stage;
  #lines;

  /** @param {Stage} stage */
  constructor(stage) {
    this.#stage = stage;
    this.#lines = new LedgerRows((channel) => stage.setFocus(channel));
    this.root = this.#lines.root;
  }

  clear() {
    this.#lines.clear();
  }

  /** @param {number[]} written  channels that are written out as tiles */
  update(written) {
    const { m, sum, backward } = this.#stage;
    if (backward) {
      this.#backward();
      return;
    }
    if (m.kind === "conv") this.#convolution(written);
    else for (const c of written) this.#pooling(c);
    const d = m.sumDecimals;
    if (m.compare) {
      const other = m.compare.y[sum.cell.i * m.OW + sum.cell.j];
      this.#lines.write("compare", m.compare.title, this.#show(other), "quiet");
    }
    const about = m.kind === "max" ? "" : ", added up from exact values";
    this.#lines.write("note", `shown to ${d} decimals${about}`, m.rounded ? " " : "", "note");
  }

  /** A number of the sum, unless it is to be guessed.  @param {number} value */
  #show(value) {
    return this.#stage.hidesSum() ? "?" : formatNumber(value, this.#stage.m.sumDecimals);
  }

  /** "y[1, 2]", with the map where there are several.  @param {number} k */
  #outputName(k) {
    const { m, sum } = this.#stage;
    const place = `${sum.cell.i}, ${sum.cell.j}`;
    return m.K > 1 ? `y[${k}, ${place}]` : `${this.#stage.data.symbol}[${place}]`;
  }

  /** @param {number[]} written */
  #convolution(written) {
    const { m, sum, term } = this.#stage;
    const walking = term >= 0 && term < m.C * m.taps - 1;
    sum.channels.forEach((one, n) => this.#channel(one, n, walking, written));
    this.root.classList.toggle("dense", m.C > DENSE);
    if (this.#stage.data.biased) this.#lines.write("bias", "bias", formatNumber(m.bias, m.sumDecimals), "part");
    this.#lines.write("rounding", "rounding", m.rounded ? this.#rounding(walking) : "", "quiet");
    const name = this.#outputName(sum.cell.k);
    const y = walking || sum.stale ? "…" : this.#show(sum.y);
    if (m.activation) {
      const z = walking ? "…" : this.#show(sum.z);
      this.#lines.write("z", `z[${sum.cell.i}, ${sum.cell.j}]`, z, "total");
      this.#lines.write("y", `${activationName(m.activation)} → ${name}`, y, "result");
    } else this.#lines.write("y", name, y, "total result");
  }

  /** @param {boolean} walking */
  #rounding(walking) {
    if (walking) return "…";
    return this.#stage.hidesSum() ? "?" : signed(this.#stage.sum.rounding, this.#stage.m.sumDecimals);
  }

  /** @param {ChannelSum} one  @param {number} n  @param {boolean} walking  @param {number[]} written */
  #channel(one, n, walking, written) {
    const { m, term, focus } = this.#stage;
    const many = m.C > 1;
    const before = walking && n * m.taps > term;
    const unfinished = walking && !before && (n + 1) * m.taps - 1 > term;
    const soon = m.C > DENSE ? " …" : ", so far";
    const label = `${many ? m.names[one.c] : "sum of products"}${unfinished ? soon : ""}`;
    const value = before ? "…" : this.#show(walking ? soFar(one, term - n * m.taps) : one.sum);
    const chosen = many && one.c === focus && written.length < m.C;
    this.#lines.write(`channel${one.c}`, label, value, chosen ? "chosen" : "", many ? one.c : -1);
  }

  /** @param {number} c */
  #pooling(c) {
    const { m, sum } = this.#stage;
    const own = c === sum.cell.k ? sum : sumOf(m, { ...sum.cell, k: c });
    const unknown = this.#stage.hidesSum() || own.hidden;
    const show = (/** @type {number} */ v, decimals = m.sumDecimals) => (unknown ? "?" : formatNumber(v, decimals));
    const many = m.K > 1;
    const name = this.#outputName(c);
    const about = many ? this.#inShort(own, unknown) : "";
    if (!many) this.#parts(c, own, unknown);
    if (m.activation && !many) this.#lines.write(`z${c}`, `z[${sum.cell.i}, ${sum.cell.j}]`, show(own.z), "total");
    const result = m.activation ? `${activationName(m.activation)} → ${name}` : name;
    this.#lines.write(`y${c}`, result + about, show(own.y), many ? "result" : "total result");
  }

  /** Where the largest is.  @param {Sum} own  @param {boolean} unknown */
  #winner(own, unknown) {
    return unknown ? "?" : inputName(this.#stage.m, own.channels[0].taps[own.winner]);
  }

  /** @param {Sum} own  @param {boolean} unknown */
  #partSum(own, unknown) {
    return unknown ? "?" : formatNumber(own.channels[0].sum, this.#stage.m.termDecimals);
  }

  /** How a map's number came about, in its own line.  @param {Sum} own  @param {boolean} unknown */
  #inShort(own, unknown) {
    const { kind } = this.#stage.m;
    if (kind === "max") return ` = ${this.#winner(own, unknown)}`;
    return kind === "avg" ? ` = ${this.#partSum(own, unknown)} ÷ ${own.divisor}` : "";
  }

  /** The same in lines of its own.  @param {number} c  @param {Sum} own  @param {boolean} unknown */
  #parts(c, own, unknown) {
    const { kind } = this.#stage.m;
    if (kind === "max") this.#lines.write(`won${c}`, "the largest is", this.#winner(own, unknown), "part");
    if (kind !== "avg") return;
    this.#lines.write(`sum${c}`, "sum", this.#partSum(own, unknown), "part");
    this.#lines.write(`count${c}`, "÷ cells", String(own.divisor), "part");
  }

  #backward() {
    const { m, sum } = this.#stage;
    const dz = m.dz ? m.dz[sum.at] : 0;
    this.#lines.write("dz", `gradient at ${this.#outputName(sum.cell.k)}`, formatNumber(dz, m.dec.dz), "part");
    const [label, value] = this.#share(dz);
    this.#lines.write("goes", label, value, "result");
  }

  /** What each cell of the window gets.  @param {number} dz  @returns {[string, string]} */
  #share(dz) {
    const { m, sum } = this.#stage;
    if (m.kind === "max") {
      const tap = sum.channels[0].taps[sum.winner];
      return ["all of it goes to", tap.padding ? "padding" : inputName(m, tap)];
    }
    if (m.kind === "avg") return [`each cell gets 1/${sum.divisor}`, formatNumber(dz / sum.divisor, m.dec.dx)];
    return ["each cell gets", m.kind === "sum" ? formatNumber(dz, m.dec.dx) : "gradient × w"];
  }
}

/** The sum of a channel's products up to number `last`.  @param {ChannelSum} one  @param {number} last */
function soFar(one, last) {
  return one.taps.slice(0, last + 1).reduce((total, tap) => total + tap.product, 0);
}
