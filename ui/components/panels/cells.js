// A matrix as cells: colours always, numbers where a cell has room for them.

import { fitCanvas } from "../shared/canvas.js";
import { colourScale, css, inkOn } from "../shared/colour.js";
import { formatNumber } from "../shared/numbers.js";

/** @import { CellsItem, CellsView } from "./panels.js" */
/** @import { Look } from "./curve.js" */

/** @param {CellsItem} item  @param {number} width  @param {number} height */
function cellSize(item, width, height) {
  const [h, w] = item.values.shape;
  return Math.max(1, Math.min(width / w, height / h, 56)); // maps of one shape stand equally large
}

/**
 * @param {CellsView} view  @param {CellsItem} item  @param {number} width  @param {number} height  @param {Look} look
 */
export function paintCells(view, item, width, height, { theme, font }) {
  const [h, w] = item.values.shape;
  const cell = cellSize(item, width, height);
  const edge = (/** @type {number} */ n) => Math.round(n * cell);
  const ctx = fitCanvas(view.canvas, edge(w) + 1, edge(h) + 1);
  ctx.clearRect(0, 0, edge(w) + 1, edge(h) + 1);
  const scale = colourScale(item.kind, theme.name, item.limit);
  const texts = Array.from(item.values.data, (v) => formatNumber(v, item.decimals));
  ctx.font = `${font}px ${theme.font}`;
  const widest = Math.max(...texts.map((t) => t.length)) * font * 0.58;
  const numbers = cell >= font + 5 && widest <= cell - 3;
  const smaller = !numbers && cell >= 20 && widest * 0.86 <= cell - 2;
  if (smaller) ctx.font = `${Math.floor(font * 0.86)}px ${theme.font}`;
  const line = cell >= 14 ? 1 : 0;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  item.values.data.forEach((v, i) => {
    const [r, c] = [Math.floor(i / w), i % w];
    const [x, y] = [edge(c), edge(r)];
    const [wide, high] = [edge(c + 1) - x - line, edge(r + 1) - y - line];
    const colour = scale(v);
    ctx.fillStyle = css(colour);
    ctx.fillRect(x, y, wide, high);
    if (numbers || smaller) {
      ctx.fillStyle = inkOn(colour);
      ctx.fillText(texts[i], x + wide / 2, y + high / 2 + 0.5);
    }
  });
  ctx.strokeStyle = theme.border;
  ctx.strokeRect(0.5, 0.5, edge(w) - line, edge(h) - line);
  view.canvas.onpointermove = (event) => {
    const c = Math.floor(event.offsetX / cell);
    const r = Math.floor(event.offsetY / cell);
    const inside = r >= 0 && c >= 0 && r < h && c < w;
    view.note.textContent = inside ? `[${r}, ${c}] = ${texts[r * w + c]}` : item.caption;
  };
  view.canvas.onpointerleave = () => {
    view.note.textContent = item.caption;
  };
}
