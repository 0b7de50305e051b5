// The pictures: elements made once, painted again at every frame.

import { contextOf } from "../shared/canvas.js";
import { colourScale } from "../shared/colour.js";
import { addElement, element, setText } from "../shared/dom.js";
import { frameAt, textAt } from "./model.js";

/** @import { Kind } from "../shared/colour.js" */
/** @import { ThemeName } from "../shared/theme.js" */

/**
 * @typedef {object} Strip
 * @property {string} title
 * @property {string} alt
 * @property {Kind | "grey"} kind
 * @property {[number, number, number]} shape  frames, rows, columns
 * @property {Uint8Array | Int8Array} pixels  255 or ±127 is the end of the colours
 * @property {string[]} captions
 */
/** @typedef {ReturnType<typeof newStrip>} StripView */

function newStrip() {
  const box = element("figure", "strip");
  const title = addElement(box, "figcaption", "title");
  const canvas = addElement(box, "canvas");
  canvas.setAttribute("role", "img");
  const caption = addElement(box, "div", "caption");
  return { box, title, canvas, caption };
}

/**
 * As many elements as there are pictures; those that stay are the same.
 * @param {HTMLElement} place  @param {StripView[]} views  @param {Strip[]} strips  @param {number} side
 */
export function fitStrips(place, views, strips, side) {
  const fitting = strips.map((_, i) => views[i] ?? newStrip());
  for (const view of views.slice(strips.length)) view.box.remove();
  fitting.forEach((view, i) => {
    if (!view.box.isConnected) place.append(view.box);
    const [, rows, columns] = strips[i].shape;
    const cell = Math.max(1, Math.round(side / Math.max(rows, columns)));
    view.box.style.setProperty("--wide", `${columns * cell}px`);
    view.box.style.setProperty("--shape", `${columns} / ${rows}`);
    setText(view.title, strips[i].title);
  });
  return fitting;
}

/** @param {StripView[]} views  @param {Strip[]} strips  @param {number} position  @param {ThemeName} theme */
export function paintStrips(views, strips, position, theme) {
  strips.forEach((strip, i) => {
    const { canvas, caption } = views[i];
    const [count, rows, columns] = strip.shape;
    paint(canvas, strip, frameAt(count, position), theme);
    const text = textAt(strip.captions, position);
    setText(caption, text);
    canvas.setAttribute("aria-label", `${strip.alt}, ${rows} × ${columns} pixels. ${text}`);
  });
}

/** @param {HTMLCanvasElement} canvas  @param {Strip} strip  @param {number} frame  @param {ThemeName} theme */
function paint(canvas, strip, frame, theme) {
  const [, rows, columns] = strip.shape;
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const g = contextOf(canvas);
  const image = g.createImageData(columns, rows);
  const scale = colourScale(strip.kind, theme, strip.kind === "grey" ? 255 : 127);
  const size = rows * columns;
  for (let i = 0; i < size; i++) image.data.set([...scale(strip.pixels[frame * size + i]), 255], 4 * i);
  g.putImageData(image, 0, 0);
}
