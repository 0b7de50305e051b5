// What is pointed at: with the mouse, with a finger, with the arrow keys.

import { nearestTo, nextDot } from "./model.js";

/** @import { DotMap } from "./dot_map.js" */

/** @typedef {{ point: (map: DotMap, index: number, told?: boolean) => void, pick: (map: DotMap, index: number) => void }} Acts */

/** Pixels from a dot within which it is meant. */
const NEAR = { mouse: 14, touch: 26 };

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {DotMap} map  @param {MouseEvent & { pointerType?: string }} event */
function meant(map, event) {
  const box = map.dom.plane.getBoundingClientRect();
  const radius = event.pointerType === "mouse" ? NEAR.mouse : NEAR.touch;
  return nearestTo(map.points, event.clientX - box.left, event.clientY - box.top, radius);
}

/** @param {DotMap} map  @param {Acts} acts */
export function listen(map, acts) {
  const { plane } = map.dom;
  plane.onpointermove = (event) => acts.point(map, meant(map, event));
  plane.onpointerleave = () => acts.point(map, -1);
  plane.onblur = () => acts.point(map, -1);
  plane.onclick = (event) => {
    const index = meant(map, event);
    if (index >= 0 || map.picked >= 0) acts.pick(map, index < 0 ? map.picked : index);
  };
  plane.onkeydown = (event) => {
    if (event.key === "Enter" || event.key === " ") pickPointed(map, acts);
    else if (event.key === "Escape" && map.picked >= 0 && !map.data.fixed) acts.pick(map, map.picked);
    else if (event.key in ARROWS) go(map, acts, ARROWS[event.key]);
    else return;
    event.preventDefault();
  };
}

/** @param {DotMap} map  @param {Acts} acts */
function pickPointed(map, acts) {
  if (map.pointed >= 0) acts.pick(map, map.pointed);
}

/** @param {DotMap} map  @param {Acts} acts  @param {[number, number]} way */
function go(map, acts, [right, down]) {
  const from = [map.pointed, map.picked].find((n) => n >= 0) ?? begin(map);
  if (map.pointed < 0) acts.point(map, from, true);
  else {
    const next = nextDot(map.points, from, right, down);
    if (next >= 0) acts.point(map, next, true);
  }
}

/** The dot at which the arrow keys begin: next to the drawing, or in the middle.  @param {DotMap} map */
function begin(map) {
  const [x, y] = map.here ?? [map.width / 2, map.height / 2];
  return Math.max(0, nearestTo(map.points, x, y, Infinity));
}
