// Painting: a map is one canvas of one pixel a cell, enlarged by the browser without smoothing.
// Colours come from a table of 513 entries a scale, so that a whole network repaints in a blink.

import { contextOf } from "../shared/canvas.js";
import { colourScale, inkOn, maxAbs } from "../shared/colour.js";
import { decimalsFor, formatNumber } from "../shared/numbers.js";
import { PALETTE } from "../shared/palette.js";
import { parseColour } from "../shared/theme.js";

/** @import { Kind } from "../shared/colour.js" */
/** @import { Theme, ThemeName } from "../shared/theme.js" */

/** @typedef {Kind | "grey"} Palette */
/** @typedef {{ image: ImageData, pixels: Uint32Array, context: CanvasRenderingContext2D }} Painting  of a tile's canvas */
/**
 * Cells with numbers.
 * @typedef {object} Grid
 * @property {number} x
 * @property {number} y
 * @property {number} w
 * @property {number} h
 * @property {number} gridRows
 * @property {number} gridCols
 * @property {Float32Array} values
 * @property {Palette} palette
 * @property {number} limit  the end of the colours
 */
/**
 * What is painted on a canvas of its own.
 * @typedef {object} Painted
 * @property {HTMLCanvasElement} canvas
 * @property {Painting | null} painting
 * @property {((pixels: Uint32Array, themeName: ThemeName) => void) | null} arrange  where the values do not lie as they are shown
 */

/** @type {Map<string, Uint32Array>} */
const TABLES = new Map();
const STEPS = 512;

/**
 * Uint32 pixels (little endian RGBA) for values from −limit to +limit, or 0 to limit for "grey".
 * @param {Palette} kind  @param {ThemeName} themeName
 */
function colourTable(kind, themeName) {
  const key = `${kind} ${themeName}`;
  const known = TABLES.get(key);
  if (known) return known;
  const table = new Uint32Array(STEPS + 2);
  const scale = colourScale(kind, themeName, 1);
  for (let i = 0; i <= STEPS; i++) {
    const value = kind === "grey" ? i / STEPS : (2 * i) / STEPS - 1;
    table[i] = pixelOf(scale(value));
  }
  table[STEPS + 1] = pixelOf(parseColour(PALETTE.accent[themeName])); // NaN: never by accident
  TABLES.set(key, table);
  return table;
}

/** @param {number[]} colour */
function pixelOf([r, g, b]) {
  return ((255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;
}

/**
 * @param {Uint32Array} pixels  @param {Float32Array} values  @param {number} count  @param {Palette} kind
 * @param {ThemeName} themeName  @param {number} limit
 */
export function paintInto(pixels, values, count, kind, themeName, limit) {
  const table = colourTable(kind, themeName);
  const low = kind === "grey" ? 0 : -limit;
  const factor = limit > 0 ? STEPS / (limit - low) : 0;
  const middle = kind === "grey" ? 0 : STEPS / 2;
  for (let i = 0; i < count; i++) {
    const value = values[i];
    let at = factor ? (value - low) * factor + 0.5 : middle;
    at = at < 0 ? 0 : at > STEPS ? STEPS : at;
    pixels[i] = table[value === value ? at | 0 : STEPS + 1];
  }
}

/** @param {HTMLCanvasElement} canvas  @param {number} rows  @param {number} cols  @returns {Painting} */
function newPainting(canvas, rows, cols) {
  canvas.width = cols;
  canvas.height = rows;
  const context = contextOf(canvas, { willReadFrequently: true });
  const image = context.createImageData(cols, rows);
  return { context, image, pixels: new Uint32Array(image.data.buffer) };
}

/**
 * The canvas of a tile, its pixels kept from one repaint to the next.
 * @param {Grid & Painted} tile  @param {ThemeName} themeName
 */
export function paintTile(tile, themeName) {
  const { canvas, gridRows, gridCols, values } = tile;
  const image = tile.painting?.image;
  const fits = image && image.width === gridCols && image.height === gridRows;
  const painting = fits && tile.painting ? tile.painting : newPainting(canvas, gridRows, gridCols);
  tile.painting = painting;
  if (tile.arrange) tile.arrange(painting.pixels, themeName);
  else paintInto(painting.pixels, values, values.length, tile.palette, themeName, tile.limit);
  painting.context.putImageData(painting.image, 0, 0);
}

/**
 * Numbers in the cells of a tile, if they fit: returns what it wrote, for those who ask.
 * @param {CanvasRenderingContext2D} context  @param {Grid} tile  @param {Theme} theme  @param {number} size
 */
export function writeNumbers(context, tile, theme, size) {
  const cellWidth = tile.w / tile.gridCols;
  const cellHeight = tile.h / tile.gridRows;
  const decimals = fitNumbers(context, tile, theme, size, cellWidth - 3, cellHeight * 0.6);
  if (decimals === null) return;
  const scale = colourScale(tile.palette, theme.name, tile.limit);
  context.textAlign = "center";
  context.textBaseline = "middle";
  const count = tile.values.length;
  for (let i = 0; i < count; i++) {
    const x = tile.x + ((i % tile.gridCols) + 0.5) * cellWidth;
    const y = tile.y + (Math.floor(i / tile.gridCols) + 0.52) * cellHeight;
    context.fillStyle = inkOn(scale(tile.values[i]));
    context.fillText(formatNumber(tile.values[i], decimals), x, y);
  }
}

/**
 * Sets the largest font at which the widest number of the tile fits a cell, and returns how many
 * decimals it has: 2, else 1 (none for whole numbers). Null if nothing readable fits.
 * @param {CanvasRenderingContext2D} context  @param {Grid} tile  @param {Theme} theme  @param {number} size
 * @param {number} width  @param {number} height
 */
function fitNumbers(context, tile, theme, size, width, height) {
  const most = decimalsFor(tile.values, 2);
  const sign = tile.palette === "grey" ? "" : "−";
  const widest = Math.max(tile.limit, 0.1);
  const coarse = tile.palette === "weight" && maxAbs(tile.values) < 0.5;
  const tries = [
    [1, 2],
    [0.92, 2],
    [1, 1],
    [0.86, 1],
    [0.78, 1],
  ];
  for (const [part, decimals] of tries) {
    const font = size * part;
    const shown = Math.min(decimals, most);
    if (font > height) continue;
    if (coarse && decimals < most) continue; // −0.19 and −0.22 would both be −0.2
    context.font = `${font}px ${theme.font}`;
    if (context.measureText(sign + widest.toFixed(shown)).width <= width) return shown;
  }
  return null;
}
