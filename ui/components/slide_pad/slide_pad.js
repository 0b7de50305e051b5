// A picture whose content is pushed about by whole pixels: with the pointer, a finger, or the
// arrow keys. It moves at once; Python hears of it as quickly as it answers.

import { fitCanvas } from "../shared/canvas.js";
import { colourScale, css } from "../shared/colour.js";
import { createSender, nextSequence } from "../shared/sender.js";
import { readTheme } from "../shared/theme.js";

const PADS = new WeakMap();

/** @param {number} value @param {[number, number]} span @returns {number} */
function within(value, [low, high]) {
  return Math.max(low, Math.min(high, value));
}

/** "3 pixels to the right, 1 up" @param {[number, number]} at @returns {string} */
export function placeWords([down, right]) {
  const parts = [];
  if (right) parts.push(`${Math.abs(right)} to the ${right > 0 ? "right" : "left"}`);
  if (down) parts.push(`${Math.abs(down)} ${down > 0 ? "down" : "up"}`);
  return parts.join(", ") || "not moved";
}

function paint(pad) {
  const { data, theme, canvas, ink, at } = pad;
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

function moveTo(pad, down, right) {
  if (!pad.data.editable) return;
  const [rows, columns] = pad.data.spans;
  const at = [within(down, rows), within(right, columns)];
  if (at.join() === pad.at.join()) return;
  pad.at = at;
  paint(pad);
  pad.sequence = nextSequence();
  pad.send.push({ sequence: pad.sequence, place: at });
}

function listen(pad) {
  const { canvas } = pad;
  canvas.onpointerdown = (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    pad.drag = { x: event.clientX, y: event.clientY, at: pad.at };
  };
  canvas.onpointermove = (event) => {
    if (!pad.drag) return;
    const cells = (now, then) => Math.round((now - then) / pad.cell);
    const { x, y, at } = pad.drag;
    moveTo(pad, at[0] + cells(event.clientY, y), at[1] + cells(event.clientX, x));
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    pad.drag = null;
  };
  canvas.onkeydown = (event) => {
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moveTo(pad, pad.at[0] + move[0], pad.at[1] + move[1]);
  };
}

function create(parentElement) {
  const root = parentElement.querySelector(".root");
  const title = document.createElement("b");
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "picture to move");
  const words = document.createElement("small");
  words.setAttribute("aria-live", "polite");
  root.replaceChildren(title, canvas, words);
  const pad = { title, canvas, words, at: [0, 0], drag: null, sequence: 0 };
  pad.send = createSender((value) => pad.emit("at", value));
  listen(pad);
  return pad;
}

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  let pad = PADS.get(parentElement);
  if (!pad) {
    pad = create(parentElement);
    PADS.set(parentElement, pad);
  }
  const token = (pad.token ?? 0) + 1;
  pad.token = token;
  pad.emit = setStateValue;
  pad.data = data;
  pad.theme = readTheme(parentElement);
  pad.ink = data.picture.data;
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
