// The stage's state, and what it shows, read off it.

import { readTheme } from "../shared/theme.js";
import { ease } from "../shared/ease.js";
import { layoutStage } from "./layout.js";
import { cellAt, readModel, readersOf, sumOf } from "./model.js";
import { makeScales } from "./scales.js";

/** @import { Place, Theme } from "../shared/theme.js" */
/** @import { Layout } from "./layout.js" */
/** @import { Cell, Model, Sum } from "./model.js" */
/** @import { Scales } from "./scales.js" */
/** @import { StageData } from "./window_stage.js" */

/** @typedef {{ type: "output", k: number, i: number, j: number }} OutputSpot  what can be pointed at: an output, … */
/** @typedef {{ type: "input", c: number, r: number, q: number, thumb?: boolean }} InputSpot  … a cell of the padded input, … */
/** @typedef {{ type: "weight", c: number, a: number, b: number }} WeightSpot  … a cell of the kernel, … */
/** @typedef {{ type: "tap", c: number, a: number, b: number }} TapSpot  … a product of the present window */
/** @typedef {OutputSpot | InputSpot | WeightSpot | TapSpot} Spot */
/** @typedef {{ r: number, q: number }} Corner  of the window, in cells of the padded input */
/** @typedef {Corner & { t: number, start: number, length: number }} Slide  the window's way from there: done, begun, ms */

export class StageState {
  /** Output cell, counted in the order of playing. */
  position = 0;
  playing = false;
  speed = 1;
  loop = false;
  /** The whole output is shown. */
  whole = false;
  /** … because it is too large to be played from the start. */
  preview = false;
  /** The gradient's way back is shown. */
  backward = false;
  /** The products are added up one by one. */
  walking = false;
  /** Which product was added last; −1: all. */
  term = -1;
  /** The channel that is shown where there is room for one. */
  focus = 0;
  /** @type {Spot | null} */
  hover = null;
  /** The present output was chosen. */
  pinned = false;
  /** @type {InputSpot | WeightSpot | null} */
  pinnedLight = null;
  /** @type {Slide | null} */
  slide = null;
  /** Up to which position the gradient is painted. */
  paintedReach = -1;
  /** On the screen at all. */
  visible = true;
  /** A miniature that plays by itself. */
  autoplay = false;
  /** The last output that reads each input cell.  @type {Int32Array | null} */
  lastReaders = null;

  /** @param {StageData} data  @param {Place} place  @param {number} width */
  constructor(data, place, width) {
    this.data = data;
    /** @type {Theme} */
    this.theme = readTheme(place);
    /** @type {Model} */
    this.m = readModel(data);
    /** @type {Scales} */
    this.scales = makeScales(this.m, data, this.theme);
    /** @type {Layout} */
    this.layout = layoutStage(this.m, data, Math.max(width, 320), this.theme.font);
    /** @type {Sum} */
    this.sum = sumOf(this.m, { k: 0, i: 0, j: 0 });
  }

  /** The output whose sum is shown: the one pointed at, else the present one.  @returns {Cell} */
  shownCell() {
    if (this.hover?.type === "output") return { k: this.hover.k, i: this.hover.i, j: this.hover.j };
    return { ...cellAt(this.m, this.position), k: this.m.K > 1 ? this.focus : 0 };
  }

  /** What is lit: what is pointed at, else what is pinned. */
  light() {
    return this.hover && this.hover.type !== "output" ? this.hover : this.pinnedLight;
  }

  /** The product that is lit, or was added last.  @returns {{ c: number, a: number, b: number } | null} */
  litTap() {
    const light = this.light();
    if (light?.type === "weight" || light?.type === "tap") return light;
    if (light?.type === "input") {
      const cell = this.shownCell();
      const hit = readersOf(this.m, light.r, light.q).find((o) => o.i === cell.i && o.j === cell.j);
      return hit ? { c: light.c, a: hit.a, b: hit.b } : null;
    }
    if (this.term < 0) return null;
    const t = this.term % this.m.taps;
    return { c: Math.floor(this.term / this.m.taps), a: Math.floor(t / this.m.kw), b: t % this.m.kw };
  }

  hidesSum() {
    return this.sum.hidden && !this.backward;
  }

  termsLeft() {
    return this.walking && this.term < this.termCount() - 1;
  }

  termCount() {
    return this.m.kind === "conv" ? this.m.C * this.m.taps : 0;
  }

  /** How far the output is revealed: the last position that shows its number. */
  reach() {
    if (this.whole) return this.m.N - 1;
    return this.slide || this.termsLeft() ? this.position - 1 : this.position;
  }

  /** Where the window is drawn: at its cell, or on the way to it.  @param {Cell} cell  @returns {Corner} */
  windowPlace(cell) {
    const target = { r: cell.i * this.m.sh, q: cell.j * this.m.sw };
    if (!this.slide || this.hover?.type === "output") return target;
    const t = ease(this.slide.t);
    return { r: this.slide.r + (target.r - this.slide.r) * t, q: this.slide.q + (target.q - this.slide.q) * t };
  }
}
