// Beside the map: the sample that is meant, and the classes, each of which can be made to stand out.

import { contextOf } from "../shared/canvas.js";
import { colourScale } from "../shared/colour.js";
import { addElement, element, setText } from "../shared/dom.js";
import { classColour } from "./model.js";

/** @import { Theme } from "../shared/theme.js" */
/** @import { Data } from "./dot_map.js" */

/** @typedef {ReturnType<typeof makeSide>} Side */

/** @param {HTMLElement} root */
export function makeSide(root) {
  const sample = addElement(root, "div", "sample");
  const picture = addElement(sample, "canvas", "picture");
  picture.setAttribute("role", "img");
  const words = addElement(sample, "div", "words");
  const name = addElement(words, "b", "name");
  const answer = addElement(words, "span", "answer");
  const which = addElement(words, "small", "which");
  const legend = addElement(root, "div", "legend");
  legend.setAttribute("role", "group");
  legend.setAttribute("aria-label", "Make one class stand out");
  return { sample, picture, name, answer, which, legend };
}

/**
 * @param {Side} side  @param {Data} data  @param {number} index  -1: none  @param {string} which
 * @param {Theme} theme
 */
export function showSample(side, data, index, which, theme) {
  side.sample.classList.toggle("empty", index < 0);
  if (index < 0) {
    setText(side.name, "");
    setText(side.answer, "Point at a dot.");
    setText(side.which, "");
    return;
  }
  const { labels, classes, images } = data.samples;
  const [height, width] = data.samples.side;
  const size = height * width;
  const name = classes[labels[index]];
  paint(side.picture, images.subarray(index * size, (index + 1) * size), width, height, theme);
  side.picture.setAttribute("aria-label", `Sample ${index}: ${name}`);
  setText(side.name, name);
  setText(side.answer, data.answers[index] ?? "");
  setText(side.which, which);
}

/**
 * @param {HTMLCanvasElement} canvas  @param {Uint8Array} pixels  @param {number} width  @param {number} height
 * @param {Theme} theme
 */
function paint(canvas, pixels, width, height, theme) {
  [canvas.width, canvas.height] = [width, height];
  const g = contextOf(canvas);
  const image = g.createImageData(width, height);
  const scale = colourScale("grey", theme.name, 255);
  pixels.forEach((value, i) => image.data.set([...scale(value), 255], 4 * i));
  g.putImageData(image, 0, 0);
}

/**
 * @param {Side} side  @param {Data} data  @param {Theme} theme
 * @param {(only: number) => void} choose  a class, or -1 for all
 */
export function buildLegend(side, data, theme, choose) {
  const { classes, marks } = data.samples;
  const buttons = classes.map((name, index) => {
    const button = element("button", "class");
    button.type = "button";
    const mark = addElement(button, "b", "", marks[index]);
    mark.style.color = classColour(index, classes.length, theme.name);
    if (marks[index] !== name) addElement(button, "span", "", name);
    button.setAttribute("aria-pressed", "false");
    button.title = `Only ${name}`;
    return button;
  });
  buttons.forEach((button, index) => {
    button.onclick = () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      for (const other of buttons) other.setAttribute("aria-pressed", String(on && other === button));
      choose(on ? index : -1);
    };
  });
  side.legend.replaceChildren(...buttons);
}
