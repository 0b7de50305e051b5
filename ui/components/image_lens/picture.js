// Pictures: bytes to colours, once a change, at their own size; scaling is the canvas's work.

import { contextOf } from "../shared/canvas.js";
import { colourScale, mix } from "../shared/colour.js";
import { element } from "../shared/dom.js";
import { PALETTE } from "../shared/palette.js";
import { parseColour } from "../shared/theme.js";

/** @import { Rgb } from "../shared/colour.js" */
/** @import { Theme } from "../shared/theme.js" */
/** @import { Model } from "./model.js" */

/** @typedef {(n: number, out: { [at: number]: number }, o: number) => void} Painter  writes the colour of cell n at place o */

/** @param {number} width  @param {number} height  @param {Painter} colour */
function pictureCanvas(width, height, colour) {
  const canvas = element("canvas");
  canvas.width = width;
  canvas.height = height;
  const ctx = contextOf(canvas);
  const image = ctx.createImageData(width, height);
  const cells = width * height;
  for (let n = 0, o = 0; n < cells; n++, o += 4) {
    colour(n, image.data, o);
    image.data[o + 3] = 255;
  }
  ctx.putImageData(image, 0, 0);
  return canvas;
}

/** @param {Model} m */
export function inputPicture(m) {
  const cells = m.H * m.W;
  const green = m.C === 3 ? cells : 0;
  const blue = m.C === 3 ? 2 * cells : 0;
  return pictureCanvas(m.W, m.H, (n, out, o) => {
    out[o] = m.x[n];
    out[o + 1] = m.x[n + green];
    out[o + 2] = m.x[n + blue];
  });
}

/** 256 colours of a signed byte (128 is 0) on the scale of activations.  @param {Theme} theme  @returns {Rgb[]} */
export function signedColours(theme) {
  const scale = colourScale("activation", theme.name, 127);
  return Array.from({ length: 256 }, (_, b) => /** @type {Rgb} */ (scale(b - 128).map(Math.round)));
}

/**
 * The colours of a direction, once round: four hues of equal weight, so that opposite slopes differ.
 * @param {Theme} theme  @returns {Rgb[]}
 */
export function wheelColours(theme) {
  const hues = [0, 2, 1, 3].map((n) => parseColour(PALETTE.categorical[theme.name][n]));
  return Array.from({ length: 256 }, (_, b) => {
    const t = (b / 256) * 4;
    return mix(hues[Math.floor(t) % 4], hues[(Math.floor(t) + 1) % 4], t - Math.floor(t));
  });
}

/**
 * A function (n, out, o) that writes the colour of output cell n.
 * @param {Model} m  @param {Theme} theme  @returns {Painter}
 */
export function outputColour(m, theme) {
  const cells = m.OH * m.OW;
  const { planes } = m;
  if (m.kind === "direction") {
    const wheel = wheelColours(theme);
    const paper = parseColour(theme.name === "dark" ? "#000000" : "#ffffff");
    return (n, out, o) => {
      const strength = Math.min(1, (planes[n + cells] / 255) * 2.2);
      const hue = wheel[planes[n]];
      for (let k = 0; k < 3; k++) out[o + k] = paper[k] + (hue[k] - paper[k]) * strength;
    };
  }
  if (m.P === 3) {
    return (n, out, o) => {
      out[o] = planes[n];
      out[o + 1] = planes[n + cells];
      out[o + 2] = planes[n + 2 * cells];
    };
  }
  if (m.kind === "signed") {
    const colours = signedColours(theme);
    return (n, out, o) => {
      const c = colours[planes[n]];
      out[o] = c[0];
      out[o + 1] = c[1];
      out[o + 2] = c[2];
    };
  }
  return (n, out, o) => {
    out[o] = out[o + 1] = out[o + 2] = planes[n];
  };
}

/** @param {Model} m  @param {Theme} theme */
export function outputPicture(m, theme) {
  return pictureCanvas(m.OW, m.OH, outputColour(m, theme));
}
