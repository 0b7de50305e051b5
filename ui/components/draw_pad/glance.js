// The answer at a glance, for a screen on which pad and network do not fit together: the strongest
// classes right above the paper, the first layer's maps right below it. draw_pad.css shows them
// there and nowhere else.

import { fitCanvas } from "../shared/canvas.js";
import { colourScale } from "../shared/colour.js";

export class Glance {
  constructor(root) {
    this.best = root.querySelector(".best");
    this.canvas = root.querySelector(".maps");
    this.data = null;
    this.painted = "";
  }

  show(data) {
    this.data = data ?? null;
    this.best.hidden = !data;
    this.canvas.hidden = !data?.maps;
    if (!data) return;
    while (this.best.children.length > data.best.length) this.best.lastChild.remove();
    data.best.forEach(({ name, share, text }, i) => {
      const row = this.best.children[i] ?? this.best.appendChild(bestRow());
      const [label, bar, number] = row.children;
      label.textContent = name;
      bar.firstChild.style.width = `${100 * share}%`;
      number.textContent = text;
    });
  }

  // `side` is the paper's, in CSS pixels.
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
    const sheet = document.createElement("canvas");
    [sheet.width, sheet.height] = [columns, rows];
    const image = new ImageData(columns, rows);
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < rows * columns; i++) {
        image.data.set([...scale(maps.values[k * rows * columns + i]), 255], 4 * i);
      }
      sheet.getContext("2d").putImageData(image, 0, 0);
      context.drawImage(sheet, k * (width + gap), 0, width, height);
    }
  }
}

function bestRow() {
  const row = document.createElement("li");
  row.append(...["span", "i", "span"].map((tag) => document.createElement(tag)));
  row.children[1].append(document.createElement("b"));
  return row;
}
