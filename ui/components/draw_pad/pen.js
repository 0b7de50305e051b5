// What holds the pen: a mouse, a stylus, a finger or the keyboard. Each of these turns into
// pad.penDown(x, y, radius, erase, smooth), pad.penMove(x, y, radius), pad.penUp(), in the grid's
// pixels, and may leave the paper and come back while it is down.

import { SIDE } from "./ink.js";

const KEY_STEP = 4;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Where an event is on the paper. Rounded a little, so that a screen whose pixels are finer than
// another's gives the same ink.
function placeOf(pad, event) {
  const box = pad.paper.getBoundingClientRect();
  const along = (from, at, extent) => Math.round(((at - from) / extent) * SIDE * 16) / 16;
  return [along(box.left, event.clientX, box.width), along(box.top, event.clientY, box.height)];
}

// A stylus draws wider when pressed harder; half pressure is the chosen width.
function radiusOf(pad, event) {
  const pressed = event.pointerType === "pen" && event.pressure > 0 ? event.pressure : 0.5;
  return (pad.brush / 2) * (0.4 + 1.2 * pressed);
}

const ERASER_END = 32; // bit of `buttons` for the other end of a stylus

export function listenToPointers(pad) {
  const { paper } = pad;
  let holder = null; // id of the pointer that draws

  const begin = (event) => {
    holder = event.pointerId;
    pad.hideCursor();
    const erase = pad.erasing || (event.buttons & ERASER_END) !== 0;
    try {
      paper.setPointerCapture(holder);
    } catch {
      // The pointer is gone already, or was never a real one; drawing goes on without capture.
    }
    pad.penDown(...placeOf(pad, event), radiusOf(pad, event), erase, true);
  };
  const finish = (event) => {
    if (event.pointerId !== holder) return;
    holder = null;
    pad.penUp();
  };

  paper.onpointerdown = (event) => {
    const draws = event.button === 0 || event.button === 5;
    if (!draws || holder !== null) return;
    event.preventDefault();
    paper.focus({ preventScroll: true, focusVisible: false });
    begin(event);
  };
  // A mouse or stylus that comes in with the button already down starts to draw at the edge.
  paper.onpointerenter = (event) => {
    if (holder === null && event.pointerType !== "touch" && event.buttons & 1) begin(event);
  };
  paper.onpointermove = (event) => {
    if (event.pointerType !== "touch") pad.hover(...placeOf(pad, event));
    if (event.pointerId !== holder) return;
    if (event.buttons === 0) return finish(event);
    const all = event.getCoalescedEvents?.() ?? [];
    for (const one of all.length ? all : [event]) {
      pad.penMove(...placeOf(pad, one), radiusOf(pad, one));
    }
    pad.inkMoved();
  };
  paper.onpointerup = finish;
  paper.onpointercancel = finish;
  paper.onlostpointercapture = finish;
  paper.onpointerleave = () => pad.hover(null);
  paper.oncontextmenu = (event) => {
    if (holder !== null) event.preventDefault();
  };
}

export function listenToKeys(pad) {
  const { paper } = pad;
  const held = new Set(); // two arrows at once go diagonally

  paper.onkeydown = (event) => {
    const chord = event.ctrlKey || event.metaKey;
    if (event.altKey || (chord && !/^[zy]$/i.test(event.key))) return;
    if (event.key in ARROWS) {
      held.add(event.key);
      const step = event.shiftKey ? 1 : KEY_STEP;
      let [x, y] = [0, 0];
      for (const key of held) {
        x += ARROWS[key][0] * step;
        y += ARROWS[key][1] * step;
      }
      pad.moveCursor(x, y);
    } else if (event.key === " " || event.key === "Enter") {
      if (!event.repeat) pad.toggleCursor();
    } else if (chord) {
      if (event.key.toLowerCase() === "y" || event.shiftKey) pad.redo();
      else pad.undo();
    } else if (event.key.toLowerCase() === "e") pad.choose(pad.erasing ? "pen" : "eraser");
    else if (event.key === "[") pad.setBrush(pad.brush - 1);
    else if (event.key === "]") pad.setBrush(pad.brush + 1);
    else if (event.key === "Delete" || event.key === "Backspace") pad.clear();
    else if (event.key === "Escape" && pad.cursor.down) pad.toggleCursor();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  paper.onkeyup = (event) => held.delete(event.key);
  paper.onblur = () => {
    held.clear();
    pad.hideCursor();
  };
}
