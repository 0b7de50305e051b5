// Colour scales. A scale maps a value to [r, g, b]; `limit` is max|x| for signed data.

import { PALETTE } from "./palette.js";
import { parseColour } from "./theme.js";

/** @import { ThemeName } from "./theme.js" */

/** @typedef {[number, number, number]} Rgb  0 to 255 each */
/** @typedef {(value: number) => Rgb} Scale */
/** @typedef {"activation" | "weight" | "gradient"} Kind  which of the diverging scales */

/** @param {Rgb} a  @param {Rgb} b  @param {number} t  0 for a, 1 for b  @returns {Rgb} */
export function mix(a, b, t) {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/**
 * Diverging around 0, range ±limit; grey goes from `low` to `limit`, ink.
 * @param {Kind | "grey"} kind
 * @param {ThemeName} themeName
 * @param {number} limit
 * @returns {Scale}
 */
export function colourScale(kind, themeName, limit, low = 0) {
  if (kind === "grey") {
    const [zero, one] = PALETTE.grey[themeName].map(parseColour);
    const span = limit - low || 1;
    return (v) =>
      Number.isFinite(v)
        ? mix(zero, one, Math.min(1, Math.max(0, (v - low) / span)))
        : parseColour(PALETTE.accent[themeName]);
  }
  const stops = PALETTE.diverging[kind][themeName].map(parseColour);
  return (v) => {
    if (!Number.isFinite(v)) return parseColour(PALETTE.accent[themeName]);
    const t = (Math.min(1, Math.max(-1, limit > 0 ? v / limit : 0)) + 1) * 2;
    const i = Math.min(3, Math.floor(t));
    return mix(stops[i], stops[i + 1], t - i);
  };
}

/** @param {Rgb} colour */
export function css([r, g, b], alpha = 1) {
  return `rgba(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)}, ${alpha})`;
}

/**
 * Black or white text, whichever reads better on the colour: at least 4.58 : 1 on any.
 * @param {Rgb} colour
 */
export function inkOn(colour) {
  const [r, g, b] = colour.map((v) => (v <= 10.3 ? v / 3295 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b; // as WCAG defines it
  return luminance > 0.179 ? "#000000" : "#ffffff";
}

/** @param {Iterable<number>} values  what is not finite does not count */
export function maxAbs(values) {
  let m = 0;
  for (const v of values) if (Number.isFinite(v) && Math.abs(v) > m) m = Math.abs(v);
  return m;
}
