// What holds the pen: a mouse, a stylus, a finger or the keyboard. Each of these turns into
// pad.penDown(x, y, radius, erase, smooth), pad.penMove(x, y, radius), pad.penUp(), in the grid's
// pixels, and may leave the paper and come back while it is down.

import { SIDE } from "./ink.js";

/** @import { Pad } from "./draw_pad.js" */

const KEY_STEP = 4;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Where an event is on the paper. Rounded a little, so that a screen whose pixels are finer than
 * another's gives the same ink.
 * @param {Pad} pad  @param {PointerEvent} event  @returns {[number, number]}
 */
function placeOf(pad, event) {
  const box = pad.paper.getBoundingClientRect();
  /** @param {number} from  @param {number} at  @param {number} extent */
  const along = (from, at, extent) => Math.round(((at - from) / extent) * SIDE * 16) / 16;
  return [along(box.left, event.clientX, box.width), along(box.top, event.clientY, box.height)];
}

/**
 * A stylus draws wider when pressed harder; half pressure is the chosen width.
 * @param {Pad} pad  @param {PointerEvent} event
 */
function radiusOf(pad, event) {
  const pressed = event.pointerType === "pen" && event.pressure > 0 ? event.pressure : 0.5;
  return (pad.tools.brush / 2) * (0.4 + 1.2 * pressed);
}

const ERASER_END = 32; // bit of `buttons` for the other end of a stylus

/** The pen's own ring shows where it is: none around the paper.  @param {HTMLElement} paper */
function focusQuietly(paper) {
  /** `focusVisible` is newer than TypeScript's list.  @type {FocusOptions & { focusVisible: boolean }} */
  const options = { preventScroll: true, focusVisible: false };
  paper.focus(options);
}

/** @param {Pad} pad */
export function listenToPointers(pad) {
  const { paper } = pad;
  /** Id of the pointer that draws.  @type {number | null} */
  let holder = null;

  const begin = (/** @type {PointerEvent} */ event) => {
    holder = event.pointerId;
    pad.cursor.hide();
    const erase = pad.tools.erasing || (event.buttons & ERASER_END) !== 0;
    try {
      paper.setPointerCapture(holder);
    } catch {
      // The pointer is gone already, or was never a real one; drawing goes on without capture.
    }
    const [x, y] = placeOf(pad, event);
    pad.penDown(x, y, radiusOf(pad, event), erase, true);
  };
  const finish = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== holder) return;
    holder = null;
    pad.penUp();
  };

  paper.onpointerdown = (event) => {
    const draws = event.button === 0 || event.button === 5;
    if (!draws || holder !== null) return;
    event.preventDefault();
    focusQuietly(paper);
    begin(event);
  };
  // A mouse or stylus that comes in with the button already down starts to draw at the edge.
  paper.onpointerenter = (event) => {
    if (holder === null && event.pointerType !== "touch" && event.buttons & 1) begin(event);
  };
  paper.onpointermove = (event) => {
    if (event.pointerType !== "touch") pad.hover(placeOf(pad, event));
    if (event.pointerId !== holder) return;
    if (event.buttons === 0) return finish(event);
    const all = event.getCoalescedEvents?.() ?? [];
    for (const one of all.length ? all : [event]) {
      const [x, y] = placeOf(pad, one);
      pad.penMove(x, y, radiusOf(pad, one));
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

// What a key does that is no arrow; with `chord`, together with Control.
/** @param {Pad} pad  @param {KeyboardEvent} event  @param {boolean} chord  @returns {(() => void) | undefined} */
function actOf(pad, event, chord) {
  const key = event.key.toLowerCase();
  const { cursor, tools } = pad;
  if (chord) return key === "y" || event.shiftKey ? () => pad.redo() : () => pad.undo();
  /** @type {Record<string, () => void>} */
  const acts = {
    " ": () => event.repeat || cursor.toggle(),
    enter: () => event.repeat || cursor.toggle(),
    e: () => tools.choose(tools.erasing ? "pen" : "eraser"),
    "[": () => tools.setBrush(tools.brush - 1),
    "]": () => tools.setBrush(tools.brush + 1),
    delete: () => pad.clear(),
    backspace: () => pad.clear(),
  };
  if (key === "escape" && cursor.down) return () => cursor.toggle();
  return acts[key];
}

/** @param {Pad} pad */
export function listenToKeys(pad) {
  const { paper } = pad;
  /** Two arrows at once go diagonally.  @type {Set<string>} */
  const held = new Set();

  /** @param {KeyboardEvent} event */
  const move = (event) => {
    held.add(event.key);
    const step = event.shiftKey ? 1 : KEY_STEP;
    const sum = (/** @type {0 | 1} */ axis) => [...held].reduce((total, key) => total + ARROWS[key][axis], 0);
    pad.cursor.move(sum(0) * step, sum(1) * step);
  };
  paper.onkeydown = (event) => {
    const chord = event.ctrlKey || event.metaKey;
    if (event.altKey || (chord && !/^[zy]$/i.test(event.key))) return;
    const act = event.key in ARROWS ? () => move(event) : actOf(pad, event, chord);
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  };
  paper.onkeyup = (event) => held.delete(event.key);
  paper.onblur = () => {
    held.clear();
    pad.cursor.hide();
  };
}
