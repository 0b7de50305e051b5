// The answer at a glance, for a screen on which pad and network do not fit together: the strongest
// classes right above the paper, the first layer's maps right below it. draw_pad.css shows them
// there and nowhere else.

import { contextOf, fitCanvas } from "../shared/canvas.js";
import { colourScale } from "../shared/colour.js";
import { element, find } from "../shared/dom.js";

/** @import { Theme } from "../shared/theme.js" */

/**
 * @typedef {object} GlanceData
 * @property {{ name: string, share: number, text: string }[]} best  the strongest classes first
 * @property {{ shape: number[], values: Int8Array } | null} maps  (count, rows, columns), −127 to 127
 */
/** @typedef {ReturnType<typeof bestRow>} BestRow */

export class Glance {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.best = find(root, ".best", HTMLElement);
    this.canvas = find(root, ".maps", HTMLCanvasElement);
    /** @type {GlanceData | null} */
    this.data = null;
    /** @type {BestRow[]} */
    this.rows = [];
    this.painted = "";
  }

  /** @param {GlanceData | null} data */
  show(data) {
    this.data = data;
    this.best.hidden = !data;
    this.canvas.hidden = !data?.maps;
    if (!data) return;
    while (this.rows.length < data.best.length) this.rows.push(bestRow());
    this.rows.length = data.best.length;
    this.best.replaceChildren(...this.rows.map(({ row }) => row));
    data.best.forEach(({ name, share, text }, i) => {
      const { label, fill, number } = this.rows[i];
      label.textContent = name;
      fill.style.width = `${100 * share}%`;
      number.textContent = text;
    });
  }

  /** `side` is the paper's, in CSS pixels.  @param {Theme} theme  @param {number} side */
  paint(theme, side) {
    const maps = this.data?.maps;
    if (!maps || !this.canvas.clientWidth) return; // the screen is large enough without
    const look = [maps.values, theme.name, side, devicePixelRatio].join();
    if (look === this.painted) return;
    this.painted = look;
    const [count, rows, columns] = maps.shape;
    const gap = 2;
    const width = (side - gap * (count - 1)) / count;
    const height = (width * rows) / columns;
    const context = fitCanvas(this.canvas, side, height);
    context.clearRect(0, 0, side, height);
    context.imageSmoothingEnabled = false;
    const scale = colourScale("activation", theme.name, 127);
    const sheet = element("canvas");
    [sheet.width, sheet.height] = [columns, rows];
    const image = new ImageData(columns, rows);
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < rows * columns; i++) {
        image.data.set([...scale(maps.values[k * rows * columns + i]), 255], 4 * i);
      }
      contextOf(sheet).putImageData(image, 0, 0);
      context.drawImage(sheet, k * (width + gap), 0, width, height);
    }
  }
}

function bestRow() {
  const row = element("li");
  const [label, bar, number] = [element("span"), element("i"), element("span")];
  const fill = element("b");
  bar.append(fill);
  row.append(label, bar, number);
  return { row, label, fill, number };
}
