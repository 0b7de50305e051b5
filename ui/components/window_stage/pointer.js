// Pointer, touch and keys: from a place on the stage to the cell that is meant.

import { hitTest } from "./layout.js";
import { cellAt } from "./model.js";
import { channelOf } from "./paint.js";

/** @import { Stage } from "./stage.js" */
/** @import { Spot } from "./state.js" */

/** Pixels that a finger may move and still tap. */
const TAP = 12;

/** @param {Stage} stage  @param {PointerEvent} event  @returns {Spot | null} */
function spotOf(stage, event) {
  const box = stage.overlay.getBoundingClientRect();
  const hit = hitTest(stage.layout, event.clientX - box.left, event.clientY - box.top);
  if (!hit) return null;
  const { panel: p, r, q } = hit;
  if (p.id === "output" || p.id === "compare" || p.id === "outthumb" || p.id === "partial") {
    return { type: "output", k: stage.m.K > 1 ? channelOf(stage, p) : 0, i: r, j: q };
  }
  if (p.id === "input" || p.id === "thumb") {
    return { type: "input", c: channelOf(stage, p), r, q, thumb: p.id === "thumb" };
  }
  if (p.id === "window") return { type: "tap", c: p.c >= 0 ? p.c : stage.focus, a: r, b: q };
  return null;
}

/** @param {Stage} stage */
export function listenToPointer(stage) {
  const { overlay } = stage;
  /** @type {{ x: number, y: number } | null} */
  let touched = null;

  overlay.onpointermove = (event) => {
    if (event.pointerType === "touch" && !touched) return;
    stage.point(spotOf(stage, event));
  };
  overlay.onpointerdown = (event) => {
    if (event.pointerType === "mouse") return;
    touched = { x: event.clientX, y: event.clientY };
    stage.point(spotOf(stage, event));
  };
  overlay.onpointerup = (event) => {
    const moved = touched && Math.hypot(event.clientX - touched.x, event.clientY - touched.y) > TAP;
    touched = null;
    if (event.pointerType !== "mouse") stage.point(null);
    if (event.button > 0 || moved) return;
    stage.pin(spotOf(stage, event));
  };
  overlay.onpointercancel = () => {
    touched = null;
    stage.point(null);
  };
  overlay.onpointerleave = (event) => {
    if (event.pointerType === "mouse") stage.point(null);
  };
}

/** What a key does on the stage.  @param {Stage} stage  @returns {Record<string, () => unknown>} */
function actsOf(stage) {
  const { m, position } = stage;
  return {
    " ": () => stage.toggle(),
    ArrowRight: () => stage.step(1),
    ArrowLeft: () => stage.step(-1),
    ArrowDown: () => position + m.OW < m.N && stage.jump(position + m.OW),
    ArrowUp: () => position >= m.OW && stage.jump(position - m.OW),
    Home: () => stage.jump(0),
    End: () => stage.jump(m.N - 1),
    Enter: () => stage.pin({ type: "output", ...cellAt(m, position) }),
    "[": () => stage.setFocus((stage.focus + m.C - 1) % m.C),
    "]": () => stage.setFocus((stage.focus + 1) % m.C),
  };
}

/** @param {Stage} stage */
export function listenToKeys(stage) {
  stage.root.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const tag = event.target instanceof Element ? event.target.tagName : "";
    if (event.key === "Escape") {
      if (stage.release()) event.preventDefault();
      return;
    }
    if (tag === "INPUT" || tag === "SELECT") return;
    if ((event.key === " " || event.key === "Enter") && tag === "BUTTON") return;
    const act = actsOf(stage)[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}
