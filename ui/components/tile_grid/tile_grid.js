// Small maps in rows. Canvases are made once, and painted again when the numbers change.

import { colourScale } from "../shared/colour.js";
import { formatNumber } from "../shared/numbers.js";
import { readTheme } from "../shared/theme.js";

const GRIDS = new WeakMap();

function paintTile(canvas, values, offset, h, w, row, themeName) {
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const g = canvas.getContext("2d");
  const image = g.createImageData(w, h);
  const size = h * w;
  const scale = row.kind === "rgb" ? null : colourScale(row.kind, themeName, row.limit);
  for (let i = 0; i < size; i++) {
    const colour = scale
      ? scale(values[offset + i])
      : [0, 1, 2].map((c) => 255 * Math.min(1, Math.max(0, values[offset + c * size + i])));
    image.data.set([colour[0], colour[1], colour[2], 255], i * 4);
  }
  g.putImageData(image, 0, 0);
}

function headText(row) {
  const huge = row.limit >= 1e5 || row.limit < 1e-4;
  const top = huge
    ? row.limit.toExponential(1).replace("+", "").replace("-", "−")
    : formatNumber(row.limit, row.limit >= 10 ? 1 : row.limit >= 0.1 ? 2 : 4);
  return row.kind === "grey" || row.kind === "rgb" ? `0 … ${top}` : `−${top} … 0 … ${top}`;
}

function newTile(selectable) {
  const tile = document.createElement(selectable ? "button" : "div");
  tile.className = "tile";
  if (selectable) tile.type = "button";
  tile.append(document.createElement("canvas"), document.createElement("small"));
  return tile;
}

function newRow() {
  const box = document.createElement("div");
  box.className = "row";
  const head = document.createElement("div");
  head.className = "head";
  head.append(document.createElement("b"), document.createElement("span"));
  const tiles = document.createElement("div");
  tiles.className = "tiles";
  box.append(head, tiles);
  return { box, head, tiles };
}

function updateRow(view, row, r, data, theme, send) {
  const values = row.maps.data;
  const shape = row.maps.shape;
  const [h, w] = shape.slice(-2);
  const one = shape.slice(1).reduce((a, b) => a * b, 1);
  view.head.children[0].textContent = row.title;
  view.head.children[1].textContent = data.legend ? headText(row) : "";
  const cell = Math.max(1, Math.round(data.side / Math.max(h, w)));
  while (view.tiles.children.length > shape[0]) view.tiles.lastChild.remove();
  for (let i = 0; i < shape[0]; i++) {
    let tile = view.tiles.children[i];
    if (!tile || (tile.tagName === "BUTTON") !== data.selectable) {
      const fresh = newTile(data.selectable);
      if (tile) tile.replaceWith(fresh);
      else view.tiles.append(fresh);
      tile = fresh;
    }
    const [canvas, small] = tile.children;
    canvas.style.width = `${w * cell}px`;
    canvas.style.height = `${h * cell}px`;
    paintTile(canvas, values, i * one, h, w, row, theme.name);
    const caption = row.captions[i] ?? "";
    small.textContent = caption;
    small.hidden = !caption;
    const marked = row.marked.includes(i);
    tile.classList.toggle("marked", marked);
    tile.classList.toggle("chosen", data.chosen !== null && data.chosen[0] === r && data.chosen[1] === i);
    const name = `${row.title} ${i}${caption ? `: ${caption}` : ""}${marked ? ", wrong" : ""}`;
    tile.setAttribute("aria-label", name);
    if (data.selectable) tile.onclick = () => send([r, i]);
    else tile.setAttribute("role", "img");
  }
}

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  let grid = GRIDS.get(parentElement);
  if (!grid) {
    grid = { box: parentElement.querySelector(".root"), views: [] };
    GRIDS.set(parentElement, grid);
  }
  const theme = readTheme(parentElement);
  grid.box.style.setProperty("--accent", theme.accent);
  while (grid.views.length < data.rows.length) {
    grid.views.push(newRow());
    grid.box.append(grid.views[grid.views.length - 1].box);
  }
  while (grid.views.length > data.rows.length) grid.views.pop().box.remove();
  data.rows.forEach((row, r) => updateRow(grid.views[r], row, r, data, theme, (at) => setStateValue("clicked", at)));
  return () => GRIDS.delete(parentElement);
}
