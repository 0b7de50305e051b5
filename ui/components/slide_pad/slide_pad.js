// A picture whose content is pushed about by whole pixels: with the pointer, a finger, or the
// arrow keys. It moves at once; Python hears of it as quickly as it answers.

import { fitCanvas } from "../shared/canvas.js";
import { colourScale, css } from "../shared/colour.js";
import { element, rootOf } from "../shared/dom.js";
import { createSender, nextSequence } from "../shared/sender.js";
import { readTheme } from "../shared/theme.js";

/** @import { Component, Packed } from "../shared/component.js" */
/** @import { Place, Theme } from "../shared/theme.js" */

/** @typedef {[number, number]} Shift  pixels down, pixels to the right */
/**
 * @typedef {object} Data
 * @property {Packed} picture  (h, w), 0 to 1
 * @property {Shift} at
 * @property {number} sequence  of the newest move that Python has heard
 * @property {[[number, number], [number, number]]} spans  how far: down, to the right
 * @property {string} title
 * @property {boolean} editable
 * @property {number} side  pixels on the screen
 * @property {boolean} projector
 */
/** @typedef {{ at: Move }} State */
/** @typedef {{ sequence: number, place: Shift }} Move */
/**
 * @typedef {ReturnType<typeof partsOf> & {
 *   data: Data,
 *   theme: Theme,
 *   cell: number,
 *   at: Shift,
 *   drag: { x: number, y: number, at: Shift } | null,
 *   sequence: number,
 *   token: number,
 *   emit: (move: Move) => void,
 *   send: ReturnType<typeof createSender<Move>>,
 * }} SlidePad
 */

/** @type {WeakMap<Place, SlidePad>} */
const PADS = new WeakMap();

/** @param {number} value @param {[number, number]} span @returns {number} */
function within(value, [low, high]) {
  return Math.max(low, Math.min(high, value));
}

/** "3 pixels to the right, 1 up" @param {[number, number]} at @returns {string} */
function placeWords([down, right]) {
  const parts = [];
  if (right) parts.push(`${Math.abs(right)} to the ${right > 0 ? "right" : "left"}`);
  if (down) parts.push(`${Math.abs(down)} ${down > 0 ? "down" : "up"}`);
  return parts.join(", ") || "not moved";
}

/** @param {SlidePad} pad */
function paint(pad) {
  const { data, theme, canvas, at } = pad;
  const ink = data.picture.data;
  const [h, w] = data.picture.shape;
  const cell = pad.cell;
  const g = fitCanvas(canvas, w * cell, h * cell);
  const scale = colourScale("grey", theme.name, 1);
  g.fillStyle = css(scale(0));
  g.fillRect(0, 0, w * cell, h * cell);
  for (let i = 0; i < ink.length; i++) {
    if (ink[i] <= 0) continue;
    g.fillStyle = css(scale(ink[i]));
    g.fillRect(((i % w) + at[1]) * cell, (Math.floor(i / w) + at[0]) * cell, cell, cell);
  }
  pad.words.textContent = placeWords(at);
  const how = data.editable ? "Drag it, or move it with the arrow keys." : "It is set for the task.";
  canvas.setAttribute("aria-label", `${data.title}: ${placeWords(at)}. ${how}`);
  canvas.classList.toggle("fixed", !data.editable);
}

/** @param {SlidePad} pad  @param {number} down  @param {number} right */
function moveTo(pad, down, right) {
  if (!pad.data.editable) return;
  const [rows, columns] = pad.data.spans;
  /** @type {Shift} */
  const at = [within(down, rows), within(right, columns)];
  if (at.join() === pad.at.join()) return;
  pad.at = at;
  paint(pad);
  pad.sequence = nextSequence();
  pad.send.push({ sequence: pad.sequence, place: at });
}

/** @param {SlidePad} pad */
function listen(pad) {
  const { canvas } = pad;
  canvas.onpointerdown = (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    pad.drag = { x: event.clientX, y: event.clientY, at: pad.at };
  };
  canvas.onpointermove = (event) => {
    if (!pad.drag) return;
    const cells = (/** @type {number} */ now, /** @type {number} */ then) => Math.round((now - then) / pad.cell);
    const { x, y, at } = pad.drag;
    moveTo(pad, at[0] + cells(event.clientY, y), at[1] + cells(event.clientX, x));
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    pad.drag = null;
  };
  canvas.onkeydown = (event) => {
    /** @type {Record<string, Shift>} */
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moveTo(pad, pad.at[0] + move[0], pad.at[1] + move[1]);
  };
}

/** @param {Place} place */
function partsOf(place) {
  const title = element("b");
  const canvas = element("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "picture to move");
  const words = element("small");
  words.setAttribute("aria-live", "polite");
  rootOf(place).replaceChildren(title, canvas, words);
  return { title, canvas, words };
}

/** @param {Component<Data, State>} component */
function create({ data, parentElement }) {
  /** @type {SlidePad} */
  const pad = {
    ...partsOf(parentElement),
    data,
    theme: readTheme(parentElement),
    cell: 1,
    at: [0, 0],
    drag: null,
    sequence: 0,
    token: 0,
    emit: () => {},
    send: createSender((move) => pad.emit(move)),
  };
  listen(pad);
  return pad;
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const pad = PADS.get(parentElement) ?? create(component);
  PADS.set(parentElement, pad);
  const token = ++pad.token;
  pad.emit = (move) => setStateValue("at", move);
  pad.data = data;
  pad.theme = readTheme(parentElement);
  pad.cell = Math.max(1, Math.round(data.side / Math.max(...data.picture.shape)));
  pad.title.textContent = data.title;
  if (pad.sequence <= data.sequence) pad.at = data.at; // else Python has not heard the last yet
  paint(pad);
  pad.send.settled();
  return () => {
    if (pad.token !== token) return; // a newer call has taken over
    pad.send.stop();
    PADS.delete(parentElement);
  };
}
