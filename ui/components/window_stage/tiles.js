// Products as tiles in the window's shape: which channels are written out, and how.

import { css, maxAbs } from "../shared/colour.js";
import { addElement, element, setText, targetOf } from "../shared/dom.js";
import { cellHue } from "../shared/hues.js";
import { formatNumber } from "../shared/numbers.js";
import { widestNumber } from "./blocks.js";
import { finiteOnly } from "./decimals.js";
import { sharesOf, sumOf, winnerOf } from "./model.js";
import { factors, inputName, signed } from "./words.js";

/** @import { ChannelSum, Tap } from "./model.js" */
/** @import { Stage } from "./stage.js" */

/** @typedef {{ pair: boolean, w: number, h: number }} Shape  of a tile; `pair`: with its factors above the product */
/** @typedef {Shape & { channels: number[], text: boolean }} Plan */
/** @typedef {{ tile: HTMLElement, pair: HTMLElement, product: HTMLElement }} Tile */
/** @typedef {{ c: number, head: HTMLElement, foot: HTMLElement, tiles: Tile[] }} View  of a channel */
/** @typedef {{ winner: number, index: number, shares: number[] | null }} Told  what its tiles need beside their numbers */

/** Width of the products, in font sizes.  @param {Stage} stage */
function productEms({ m, backward, theme }) {
  const widest = (/** @type {Float32Array | null} */ values, /** @type {number} */ d) =>
    values ? widestNumber(values, d, theme.font) : 0;
  if (backward) return Math.max(widest(m.dz, m.dec.dx), widest(m.dx, m.dec.dx));
  if (m.kind !== "conv") return widest(m.x, m.termDecimals);
  const top = (m.w ? maxAbs(m.w) : 1) * maxAbs(finiteOnly(m.x));
  return widestNumber([-top, top], m.termDecimals, theme.font);
}

/** With factors and product, with the product alone, and that a little lower.  @param {Stage} stage */
function shapesOf(stage) {
  const { m, layout, theme } = stage;
  const { number } = layout.size;
  const bold = (number + 1) * productEms(stage) * 1.06;
  const x = widestNumber(m.x, m.tileDecimals.x, theme.font);
  const w = m.w ? widestNumber(m.w, m.tileDecimals.w, theme.font) : 0;
  const short = { pair: false, w: Math.ceil(bold + 14), h: number + 16 };
  return {
    long: { pair: true, w: Math.ceil(Math.max((x + w + 0.95) * number, bold) + 14), h: number * 2 + 15 },
    short,
    tight: { ...short, h: number + 10 },
  };
}

/** Which channels are written out and how: the first way that fits.
 * @param {Stage} stage  @param {number} width  @returns {Plan} */
function planTiles(stage, width) {
  const { m, data, backward } = stage;
  const conv = m.kind === "conv";
  const { long, short, tight } = shapesOf(stage);
  const all = Array.from({ length: conv ? m.C : m.K }, (_, c) => c);
  const focus = [stage.focus];
  const tall = data.projector ? 210 : 176;
  /** @type {[Shape, number[]][]} */
  const ways = [
    [short, all],
    [long, focus],
    [short, focus],
    [tight, focus],
  ];
  if (conv && !backward) ways.unshift([long, all]);
  for (const [shape, channels] of ways) {
    // Where factors have no place, that is so in every way.
    const tile = { ...shape, pair: shape.pair && conv && !backward };
    const across = channels.length * m.kw * tile.w + (channels.length - 1) * 28;
    const high = m.kh * tile.h;
    if (across <= width && high <= (shape === tight ? tall * 1.5 : tall)) return { ...tile, channels, text: true };
  }
  const side = Math.max(6, Math.min(22, Math.floor(Math.min(width / m.kw, tall / m.kh))));
  return { pair: false, w: side, h: side, channels: focus, text: false };
}

export class Tiles {
  root = element("div", "tiles");
  #stage;
  #built = "";
  /** @type {View[]} */
  #views = [];
  /** @type {Plan} */
  plan = { pair: false, w: 0, h: 0, channels: [], text: false };

  /** @param {Stage} stage */
  constructor(stage) {
    this.#stage = stage;
    this.root.onpointermove = (event) => {
      if (event.pointerType === "touch") return;
      const place = targetOf(event, ".tile")?.dataset;
      stage.point(place ? { type: "tap", c: Number(place.c), a: Number(place.a), b: Number(place.b) } : null);
    };
    this.root.onpointerleave = () => stage.point(null);
  }

  /** @param {number} width */
  fit(width) {
    const { m, theme } = this.#stage;
    this.plan = planTiles(this.#stage, width);
    const key = JSON.stringify([this.plan, m.kh, m.kw, theme.name]);
    if (key === this.#built) return;
    this.#built = key;
    this.root.replaceChildren();
    this.#views = this.plan.channels.map((c) => this.#build(c));
  }

  /** @param {number} c  @returns {View} */
  #build(c) {
    const { m } = this.#stage;
    const { plan } = this;
    const box = addElement(this.root, "section", "channel");
    const head = addElement(box, "header");
    const grid = addElement(box, "div", plan.text ? "tile-grid" : "tile-grid plain");
    grid.style.gridTemplateColumns = `repeat(${m.kw}, ${plan.w}px)`;
    grid.style.gridAutoRows = `${plan.h}px`;
    const tiles = Array.from({ length: m.taps }, (_, t) => this.#tile(grid, c, t));
    return { c, head, foot: addElement(box, "footer"), tiles };
  }

  /** @param {HTMLElement} grid  @param {number} c  @param {number} t  @returns {Tile} */
  #tile(grid, c, t) {
    const { m, theme } = this.#stage;
    const tile = addElement(grid, "div", "tile");
    Object.assign(tile.dataset, { c, a: Math.floor(t / m.kw), b: t % m.kw });
    tile.style.setProperty("--hue", cellHue(t, m.taps, theme.name));
    const [pair, product] = [element("span", "pair"), element("span", "product")];
    if (this.plan.pair) tile.append(pair);
    if (this.plan.text) tile.append(product);
    return { tile, pair, product };
  }

  update() {
    const { m, sum, backward } = this.#stage;
    const shares = backward ? sharesOf(m, sum) : null;
    for (const view of this.#views) {
      const index = sum.channels.findIndex((one) => one.c === view.c);
      // A pooling works on each channel alone: the other channels' sums are worked out here.
      const own = index < 0 ? sumOf(m, { ...sum.cell, k: view.c }) : sum;
      const one = own.channels[Math.max(index, 0)];
      const routes = backward ? (shares?.[index] ?? sharesOf(m, own)[0]) : null;
      const told = { winner: m.kind === "max" ? winnerOf(one.taps) : -1, index, shares: routes };
      one.taps.forEach((tap, t) => this.#updateTile(view, tap, t, told));
      this.#updateWords(view, one, index);
    }
  }

  /** @param {View} view  @param {Tap} tap  @param {number} t  @param {Told} told */
  #updateTile(view, tap, t, told) {
    const { m, scales } = this.#stage;
    const { tile, pair, product } = view.tiles[t];
    const wanted = this.#classes(view.c, tap, t, told.winner);
    if (tile.className !== wanted) tile.className = wanted;
    const conv = m.kind === "conv";
    const unknown = conv && this.#stage.hidesSum();
    if (this.plan.pair) setText(pair, factors(m, tap));
    const value = told.shares ? told.shares[t] : tap.product;
    const decimals = told.shares ? m.dec.dx : m.termDecimals;
    if (this.plan.text) setText(product, unknown ? "?" : formatNumber(value, decimals));
    else tile.style.background = css((told.shares ? scales.dx : scales.partial)(value));
    const name = inputName(m, tap);
    tile.title =
      conv && !unknown
        ? `${name} × w[${tap.a}, ${tap.b}] = ${factors(m, tap)}`
        : `${name}${tap.padding ? ", padding" : ""}`;
  }

  /** @param {number} c  @param {Tap} tap  @param {number} t  @param {number} winner */
  #classes(c, tap, t, winner) {
    const { m, term } = this.#stage;
    const lit = this.#stage.litTap();
    const order = (m.kind === "conv" ? c : 0) * m.taps + t;
    const states = {
      padding: tap.padding,
      winner: t === winner && !this.#stage.hidesSum(),
      lit: lit !== null && lit.c === c && lit.a === tap.a && lit.b === tap.b,
      ahead: term >= 0 && order > term,
      now: term >= 0 && order === term,
    };
    return ["tile", ...Object.entries(states).flatMap(([name, on]) => (on ? [name] : []))].join(" ");
  }

  /** A channel's sum where it is one of several, and what rounding took.  @param {ChannelSum} one */
  #sumWords(one) {
    const { m } = this.#stage;
    const d = m.termDecimals;
    const sum = m.C > 1 && m.kind === "conv" ? `sum ${formatNumber(one.sum, d)}` : "";
    const rounded = one.rounding !== 0 && m.kind !== "max";
    return [sum, rounded ? `(rounding ${signed(one.rounding, d)})` : ""].filter(Boolean).join(" ");
  }

  /** What stands above and below a channel's tiles.  @param {View} view  @param {ChannelSum} one  @param {number} index */
  #updateWords(view, one, index) {
    const { m, term, backward } = this.#stage;
    const many = m.C > 1;
    const conv = m.kind === "conv";
    setText(view.head, many ? m.names[view.c] : conv ? "window × kernel" : "window");
    const done = !this.#stage.hidesSum() && (term < 0 || (index + 1) * m.taps - 1 <= term);
    const words = done && !backward ? this.#sumWords(one) : "";
    // A line that may be needed at another cell stays, so that nothing below it moves.
    const kept = (many && conv) || (m.rounded && m.kind !== "max") ? "\u00a0" : "";
    setText(view.foot, words || kept);
  }
}
