// Which bubble is meant: by a pointer, and by the arrow keys.

/** @typedef {{ x: number, y: number, radius: number }} Round  shares of width and height, from below; pixels */

const NEAR = 12; // pixels around its middle in which the smallest one is met

/**
 * Index of the bubble at that place; −1 for none. Where several lie, the one in whose middle it is
 * rather, measured by its size.
 * @param {Round[]} bubbles
 * @param {number} px  pixels from the left
 * @param {number} py  pixels from the top
 * @param {number} width  of the plot
 * @param {number} height
 */
export function meets(bubbles, px, py, width, height) {
  let best = -1;
  let least = 1;
  bubbles.forEach(({ x, y, radius }, i) => {
    const far = Math.hypot(px - x * width, py - (1 - y) * height) / Math.max(radius, NEAR);
    if (far <= least) [best, least] = [i, far];
  });
  return best;
}

/**
 * Where a key leads from the bubble `from`; null for a key that leads nowhere.
 * @param {Round[]} bubbles
 * @param {number} from  −1 for none yet
 * @param {string} key
 */
export function nextOf(bubbles, from, key) {
  const order = bubbles.map((_, i) => i).sort((a, b) => bubbles[a].x - bubbles[b].x);
  const at = order.indexOf(from);
  const last = order.length - 1;
  const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last }[key];
  return to === undefined ? null : order[Math.min(Math.max(to, 0), last)];
}
