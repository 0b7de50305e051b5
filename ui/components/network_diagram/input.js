// Pointer and keys: which box is meant, and where the arrows lead.

/** @import { Box } from "./layout.js" */
/** @import { NetworkDiagram } from "./network_diagram.js" */

const NEAR = 6; // pixels around a box that still count: blocks are small, fingers are not

/**
 * The node of the innermost box at a place; −1 if there is none.
 * @param {Iterable<Box>} boxes  what lies below first
 * @param {number} x  @param {number} y
 */
export function nodeAt(boxes, x, y) {
  let [found, depth, off] = [-1, -1, Infinity];
  for (const box of boxes) {
    if (box.node < 0 || box.role === "arc") continue;
    const away = Math.max(box.x - x, x - box.x - box.w, box.y - y, y - box.y - box.h, 0);
    const near = box.role === "frame" ? 0 : NEAR;
    if (away > near) continue;
    const deeper = box.depth + (box.role === "frame" ? 0 : 0.5);
    if (deeper > depth || (deeper === depth && away < off)) [found, depth, off] = [box.node, deeper, away];
  }
  return found;
}

/** @param {NetworkDiagram} diagram  @param {MouseEvent} event */
export function hit(diagram, event) {
  const place = diagram.canvas.getBoundingClientRect();
  const boxes = diagram.scene?.boxes.values() ?? [];
  return nodeAt(boxes, event.clientX - place.left + diagram.left, event.clientY - place.top);
}

/** A click chooses, and opens or closes what can be opened.  @param {NetworkDiagram} diagram  @param {number} node */
export function pressed(diagram, node) {
  if (node < 0) return;
  diagram.choose(node);
  diagram.toggle(node);
}

/** Whether the key meant something.  @param {NetworkDiagram} diagram  @param {string} key */
export function moved(diagram, key) {
  const rows = diagram.rows.map(({ node }) => node);
  const here = rows.indexOf(diagram.chosen);
  const { opens } = diagram.tree.columns;
  const canOpen = opens[diagram.chosen] && !diagram.open.has(diagram.chosen);
  const to = target(key, here, rows.length);
  if (key === "Enter" || key === " ") diagram.toggle(diagram.chosen);
  else if (key === "+" && canOpen) diagram.toggle(diagram.chosen);
  else if (key === "Escape" || key === "-") return diagram.out();
  else if (to >= 0) diagram.choose(rows[to]);
  else return false;
  return true;
}

/** Where a key leads among the rows; −1 for keys that lead nowhere.
 * @param {string} key  @param {number} here  @param {number} count */
export function target(key, here, count) {
  const within = (/** @type {number} */ place) => Math.max(0, Math.min(count - 1, place));
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return within(here + 1);
    case "ArrowLeft":
    case "ArrowUp":
      return within(here - 1);
    case "PageDown":
      return within(here + 10);
    case "PageUp":
      return within(here - 10);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return -1;
  }
}
