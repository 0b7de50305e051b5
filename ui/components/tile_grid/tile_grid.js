// Small maps in rows. Canvases are made once, and painted again when the numbers change.

import { contextOf } from "../shared/canvas.js";
import { colourScale } from "../shared/colour.js";
import { element, rootOf } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";
import { readTheme } from "../shared/theme.js";

/** @import { Component, Packed } from "../shared/component.js" */
/** @import { Kind } from "../shared/colour.js" */
/** @import { Place, Theme, ThemeName } from "../shared/theme.js" */

/**
 * @typedef {object} Row
 * @property {string} title
 * @property {Packed} maps  (N, H, W), or (N, 3, H, W) for "rgb"
 * @property {Kind | "grey" | "rgb"} kind
 * @property {number} limit  the end of the colours
 * @property {string[]} captions
 * @property {number[]} marked
 */
/**
 * @typedef {object} Data
 * @property {Row[]} rows
 * @property {number} side  of a tile, in pixels
 * @property {[number, number] | null} chosen  row, tile
 * @property {boolean} selectable
 * @property {boolean} legend
 * @property {boolean} projector
 */
/** @typedef {{ clicked: [number, number] }} State */
/** @typedef {ReturnType<typeof newTile>} Tile */
/** @typedef {ReturnType<typeof newRow>} View */

/** @type {WeakMap<Place, { box: HTMLElement, views: View[] }>} */
const GRIDS = new WeakMap();

/** @param {HTMLCanvasElement} canvas  @param {Row} row  @param {number} index  @param {ThemeName} themeName */
function paintTile(canvas, row, index, themeName) {
  const { shape, data: values } = row.maps;
  const [h, w] = shape.slice(-2);
  const offset = (index * values.length) / shape[0];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const g = contextOf(canvas);
  const image = g.createImageData(w, h);
  const size = h * w;
  const scale = row.kind === "rgb" ? null : colourScale(row.kind, themeName, row.limit);
  for (let i = 0; i < size; i++) {
    /** @type {number[]} */
    const colour = scale
      ? scale(values[offset + i])
      : [0, 1, 2].map((c) => 255 * Math.min(1, Math.max(0, values[offset + c * size + i])));
    image.data.set([colour[0], colour[1], colour[2], 255], i * 4);
  }
  g.putImageData(image, 0, 0);
}

/** @param {Row} row */
function headText(row) {
  const huge = row.limit >= 1e5 || row.limit < 1e-4;
  const top = huge
    ? row.limit.toExponential(1).replace("+", "").replace("-", "−")
    : formatNumber(row.limit, row.limit >= 10 ? 1 : row.limit >= 0.1 ? 2 : 4);
  return row.kind === "grey" || row.kind === "rgb" ? `0 … ${top}` : `−${top} … 0 … ${top}`;
}

/** @param {boolean} selectable */
function newTile(selectable) {
  const box = element(selectable ? "button" : "div", "tile");
  if (box instanceof HTMLButtonElement) box.type = "button";
  else box.setAttribute("role", "img");
  const [canvas, caption] = [element("canvas"), element("small")];
  box.append(canvas, caption);
  return { box, canvas, caption, selectable };
}

function newRow() {
  const box = element("div", "row");
  const head = element("div", "head");
  const [title, range] = [element("b"), element("span")];
  head.append(title, range);
  const line = element("div", "tiles");
  box.append(head, line);
  return { box, title, range, line, tiles: /** @type {Tile[]} */ ([]) };
}

/** As many tiles as there are maps; those that stay are the same elements.
 * @param {View} view  @param {number} count  @param {boolean} selectable */
function fitTiles(view, count, selectable) {
  while (view.tiles.length > count) view.tiles.pop()?.box.remove();
  for (let i = 0; i < count; i++) {
    const old = view.tiles[i];
    if (old?.selectable === selectable) continue;
    const fresh = newTile(selectable);
    if (old) old.box.replaceWith(fresh.box);
    else view.line.append(fresh.box);
    view.tiles[i] = fresh;
  }
}

/**
 * @param {View} view  @param {Row} row  @param {number} r  which row  @param {Data} data  @param {Theme} theme
 * @param {(at: [number, number]) => void} send
 */
function updateRow(view, row, r, data, theme, send) {
  const { shape } = row.maps;
  const [h, w] = shape.slice(-2);
  const cell = Math.max(1, Math.round(data.side / Math.max(h, w)));
  view.title.textContent = row.title;
  view.range.textContent = data.legend ? headText(row) : "";
  fitTiles(view, shape[0], data.selectable);
  view.tiles.forEach(({ box, canvas, caption }, i) => {
    canvas.style.width = `${w * cell}px`;
    canvas.style.height = `${h * cell}px`;
    paintTile(canvas, row, i, theme.name);
    const words = row.captions[i] ?? "";
    caption.textContent = words;
    caption.hidden = !words;
    const marked = row.marked.includes(i);
    box.classList.toggle("marked", marked);
    box.classList.toggle("chosen", data.chosen !== null && data.chosen[0] === r && data.chosen[1] === i);
    box.setAttribute("aria-label", `${row.title} ${i}${words ? `: ${words}` : ""}${marked ? ", wrong" : ""}`);
    if (data.selectable) box.onclick = () => send([r, i]);
  });
}

/** @param {Component<Data, State>} component */
export default function ({ data, parentElement, setStateValue }) {
  const grid = GRIDS.get(parentElement) ?? { box: rootOf(parentElement), views: [] };
  GRIDS.set(parentElement, grid);
  const theme = readTheme(parentElement);
  grid.box.style.setProperty("--accent", theme.accent);
  while (grid.views.length < data.rows.length) {
    grid.views.push(newRow());
    grid.box.append(grid.views[grid.views.length - 1].box);
  }
  while (grid.views.length > data.rows.length) grid.views.pop()?.box.remove();
  data.rows.forEach((row, r) => updateRow(grid.views[r], row, r, data, theme, (at) => setStateValue("clicked", at)));
  return () => void GRIDS.delete(parentElement);
}
