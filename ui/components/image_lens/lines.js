// Window × kernel = products, in cells: a line for each channel, or each of two kernels.

import { colourScale, css, inkOn, maxAbs } from "../shared/colour.js";
import { addElement, element, setText } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";
import { LENS_SIZE } from "./layout.js";

/** @import { Scale } from "../shared/colour.js" */
/** @import { Lens } from "./image_lens.js" */
/** @import { Model } from "./model.js" */

/** @typedef {{ c: number, n: number }} Line  of channel c and kernel n */
/**
 * @typedef {object} Plan
 * @property {number} font
 * @property {number[]} cells  widths: window, kernel, products
 * @property {number} high
 * @property {boolean} stacked  the three below each other
 * @property {boolean} beside  the ledger stands beside them
 * @property {Line[]} lines
 * @property {boolean} all  every line is shown
 */
/** @typedef {Line & { grids: HTMLElement[][] }} View */
/** @typedef {{ stacked: boolean, ledger: number, font: number, last: boolean }} Way  `last`: it has to do */

/** Characters of the widest number in window, kernel and products.  @param {Model} m */
function cellEms(m) {
  /** @param {number[]} values  @param {number} d */
  const longest = (values, d) => Math.max(...values.map((v) => formatNumber(v, d).length));
  const weights = m.kernels.flatMap((k) => Array.from(k.w));
  const top = 255 * maxAbs(weights);
  return [
    m.decimals.x || m.first ? 5 : 3,
    longest(weights, m.decimals.w),
    formatNumber(weights.some((w) => w < 0) || m.first ? -top : top, m.decimals.product).length,
  ];
}

/** In the order of worth: as large as it can be, beside the ledger, else above it.
 * @param {Lens} lens  @returns {Way[]} */
function waysOf({ layout }) {
  const least = layout.size.number;
  const ledger = layout.narrow ? 0 : layout.size === LENS_SIZE.projector ? 300 : 236;
  const fonts = [least, least - 1, least - 2, Math.max(10, least - 3)];
  const stands = [
    { ledger, stacked: false },
    { ledger: 0, stacked: false },
    { ledger: 0, stacked: true },
  ];
  return stands.flatMap((stand) =>
    fonts.map((font, i) => ({ ...stand, font, last: stand.stacked && i === fonts.length - 1 })),
  );
}

/** That way, or null where it does not fit.
 * @param {Lens} lens  @param {Way} way  @param {number[]} ems  @param {Line[]} lines  @returns {Plan | null} */
function planned({ m, layout, focus }, { stacked, ledger, font, last }, ems, lines) {
  const cells = ems.map((em) => Math.ceil(em * font * 0.585 + 9));
  const joints = layout.narrow ? 44 : 64;
  const need = stacked ? Math.max(...cells) * m.kw : cells.reduce((a, b) => a + b, 0) * m.kw + joints;
  const room = layout.width - ledger - (lines.length > 1 ? 26 : 0);
  if (need > room && !last) return null;
  const high = Math.ceil(font * 1.2 + 8);
  const spare = Math.max(0, Math.floor((room - need) / (m.kw * (stacked ? 1 : 3))));
  const wide = cells.map((c) => c + Math.min(stacked ? 20 : 14, spare));
  const most = layout.size === LENS_SIZE.projector ? 340 : 270;
  const all = !stacked && (high * m.kh + 12) * lines.length <= most;
  const shown = all ? lines : lines.filter((line) => line.c === focus);
  return { font, cells: wide, high, stacked, beside: ledger > 0, lines: shown, all };
}

/** @param {Lens} lens  @returns {Plan} */
export function planLines(lens) {
  const { m } = lens;
  const lines = m.names.flatMap((_name, c) => m.kernels.map((_kernel, n) => ({ c, n })));
  const ems = cellEms(m);
  for (const way of waysOf(lens)) {
    const plan = planned(lens, way, ems, lines);
    if (plan) return plan;
  }
  throw new RangeError("the last way always fits");
}

/** @param {Model} m  @param {Line} line */
function lineName(m, { c, n }) {
  const channel = m.C === 3 ? m.names[c] : "";
  return channel + (m.kernels.length === 2 ? ["a", "b"][n] : "");
}

/** A pixel's grey.  @type {Scale} */
function grey(v) {
  const level = Math.min(255, Math.max(0, v));
  return [level, level, level];
}

export class Lines {
  root = element("div", "lines");
  #lens;
  /** @type {View[]} */
  #views = [];

  /** @param {Lens} lens */
  constructor(lens) {
    this.#lens = lens;
  }

  /** @param {Plan} plan */
  build(plan) {
    this.root.replaceChildren();
    this.root.classList.toggle("stacked", plan.stacked);
    this.#views = plan.lines.map((line) => this.#buildLine(line, plan));
  }

  /** @param {Line} which  @param {Plan} plan  @returns {View} */
  #buildLine(which, plan) {
    const { m } = this.#lens;
    const line = addElement(this.root, "div", "line");
    if (m.C * m.kernels.length > 1) addElement(line, "span", "name", lineName(m, which));
    const grids = ["window", "kernel", "products"].map((name, g) => {
      if (g > 0) addElement(line, "i", "joint", g === 1 ? "×" : "=");
      const grid = addElement(line, "div", `cells ${name}`);
      grid.style.gridTemplateColumns = `repeat(${m.kw}, ${plan.cells[g]}px)`;
      grid.style.gridAutoRows = `${plan.high}px`;
      grid.style.fontSize = `${plan.font}px`;
      return Array.from({ length: m.taps }, (_, t) => {
        const cell = addElement(grid, "span");
        cell.dataset.t = String(t);
        return cell;
      });
    });
    return { ...which, grids };
  }

  update() {
    const { m, window: win, theme } = this.#lens;
    const weights = colourScale("weight", theme.name, Math.max(...m.kernels.map((k) => maxAbs(k.w))));
    const products = win.channels.flatMap((one) => one.parts.map((part) => maxAbs(part.products)));
    const signs = colourScale("activation", theme.name, Math.max(1e-9, ...products));
    for (const { c, n, grids } of this.#views) {
      const one = win.channels[c];
      paintCells(grids[0], one.x, m.decimals.x, grey);
      grids[0].forEach((cell, t) => cell.classList.toggle("outside", win.places[t].outside));
      paintCells(grids[1], m.kernels[n].w, m.decimals.w, weights);
      paintCells(grids[2], one.parts[n].products, m.decimals.product, signs);
    }
  }
}

/** @param {HTMLElement[]} cells  @param {ArrayLike<number>} values  @param {number} decimals  @param {Scale} scale */
function paintCells(cells, values, decimals, scale) {
  cells.forEach((cell, t) => {
    setText(cell, formatNumber(values[t], decimals));
    const colour = scale(values[t]);
    cell.style.background = css(colour);
    cell.style.color = inkOn(colour);
  });
}
