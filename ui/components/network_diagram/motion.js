// From one layout to the next: what is in both moves, what is new grows out of what it is part of,
// what goes shrinks into it.

import { ancestors, shownFor } from "./tree.js";

/** @import { Box, Scene } from "./layout.js" */
/** @import { Tree } from "./tree.js" */

/** @typedef {Box & { alpha: number }} Moving */
/** @typedef {{ key: string, from: Moving, to: Moving }} Move */

/** Where a box that is not in `scene` comes from or goes to: what it is part of, there.
 * @param {Box} box  @param {Scene} scene  @param {Tree} tree  @param {ReadonlySet<number>} open  @returns {Moving} */
function folded(box, scene, tree, open) {
  const around = box.node < 0 ? -1 : shownFor(tree, open, box.node);
  const nearest = [around, ...(box.node < 0 ? [] : ancestors(tree, box.node))];
  const into = nearest.map((node) => scene.boxes.get(`b${node}`)).find((found) => found !== undefined);
  const { x, y, w, h } = into ?? box;
  return { ...box, x, y, w, h, alpha: 0 };
}

/**
 * What moves from where to where.
 * @param {Scene} before  @param {ReadonlySet<number>} openBefore
 * @param {Scene} after  @param {ReadonlySet<number>} open
 * @param {Tree} tree
 * @returns {Move[]}
 */
export function moves(before, openBefore, after, open, tree) {
  /** @type {Move[]} */
  const found = [];
  for (const [key, box] of before.boxes) {
    if (after.boxes.has(key)) continue;
    found.push({ key, from: { ...box, alpha: 1 }, to: folded(box, after, tree, open) });
  }
  for (const [key, box] of after.boxes) {
    const old = before.boxes.get(key);
    // A block that becomes a frame keeps its place and changes its looks.
    const from = old ? { ...old, role: box.role, alpha: 1 } : folded(box, before, tree, openBefore);
    found.push({ key, from, to: { ...box, alpha: 1 } });
  }
  return found;
}

/** @param {number} a  @param {number} b  @param {number} t */
export const between = (a, b, t) => a + (b - a) * t;

/** The boxes at a moment.  @param {Move[]} all  @param {number} t  0 to 1  @returns {Map<string, Moving>} */
export function at(all, t) {
  const found = new Map();
  for (const { key, from, to } of all) {
    found.set(key, {
      ...to,
      x: between(from.x, to.x, t),
      y: between(from.y, to.y, t),
      w: between(from.w, to.w, t),
      h: between(from.h, to.h, t),
      alpha: between(from.alpha, to.alpha, t),
    });
  }
  return found;
}
