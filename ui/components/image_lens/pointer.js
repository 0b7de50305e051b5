// Pointer, touch and keys: which cell of the result is meant.

import { cellOver } from "./model.js";

/** @import { Lens } from "./image_lens.js" */
/** @import { Cell } from "./model.js" */

/** Pixels that a finger may move and still tap. */
const TAP = 12;
const FAR = 10; // cells that an arrow goes with Shift

/** Null beside both pictures.  @param {Lens} lens  @param {PointerEvent} event  @returns {Cell | null} */
function cellAt({ overlay, layout, m }, event) {
  const box = overlay.getBoundingClientRect();
  for (const name of /** @type {const} */ (["input", "output"])) {
    const p = layout[name];
    const row = Math.floor((event.clientY - box.top - p.y) / p.sy);
    const column = Math.floor((event.clientX - box.left - p.x) / p.sx);
    if (row < 0 || column < 0 || row >= p.rows || column >= p.cols) continue;
    return name === "input" ? cellOver(m, row, column) : { i: row, j: column };
  }
  return null;
}

/** @param {Lens} lens */
export function listenToPointer(lens) {
  const { overlay } = lens;
  /** @type {{ x: number, y: number } | null} */
  let touched = null;

  const look = (/** @type {PointerEvent} */ event) => {
    const cell = lens.pinned ? null : cellAt(lens, event);
    if (cell) lens.look(cell);
  };
  overlay.onpointermove = (event) => {
    if (event.pointerType !== "touch" || touched) look(event);
  };
  overlay.onpointerdown = (event) => {
    touched = { x: event.clientX, y: event.clientY };
    if (event.pointerType !== "mouse") look(event);
  };
  overlay.onpointerup = (event) => {
    const moved = touched && Math.hypot(event.clientX - touched.x, event.clientY - touched.y) > TAP;
    touched = null;
    if (event.button > 0 || moved) return;
    const cell = cellAt(lens, event);
    if (!cell) return;
    if (lens.pinned && cell.i === lens.cell.i && cell.j === lens.cell.j) lens.release();
    else lens.pin(cell);
  };
  overlay.onpointercancel = () => {
    touched = null;
  };
}

/** What a key does.  @param {Lens} lens  @param {boolean} shift  @returns {Record<string, () => unknown>} */
function actsOf(lens, shift) {
  const { m, cell } = lens;
  const far = shift ? FAR : 1;
  return {
    ArrowLeft: () => lens.look({ i: cell.i, j: cell.j - far }),
    ArrowRight: () => lens.look({ i: cell.i, j: cell.j + far }),
    ArrowUp: () => lens.look({ i: cell.i - far, j: cell.j }),
    ArrowDown: () => lens.look({ i: cell.i + far, j: cell.j }),
    Home: () => lens.look({ i: cell.i, j: 0 }),
    End: () => lens.look({ i: cell.i, j: m.OW - 1 }),
    Enter: () => (lens.pinned ? lens.release() : lens.pin(cell)),
    "[": () => lens.setFocus((lens.focus + m.C - 1) % m.C),
    "]": () => lens.setFocus((lens.focus + 1) % m.C),
  };
}

/** @param {Lens} lens */
export function listenToKeys(lens) {
  lens.root.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (lens.release()) event.preventDefault();
      return;
    }
    if (event.key === "Enter" && event.target !== lens.root) return;
    const act = actsOf(lens, event.shiftKey)[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}
