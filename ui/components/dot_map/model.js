// Where dots lie on the screen, and which one is meant. Numbers in, numbers out.

/** @typedef {[number, number]} Point */
/**
 * @typedef {object} Frame  how a plane is laid on the screen: the same scale both ways
 * @property {number} middleX
 * @property {number} middleY
 * @property {number} reach  from the middle to where the frame ends, in units of the plane
 */

/** Part of the frame that stays free around the dots. */
const AIR = 0.07;

/**
 * The frame that holds all dots, for a room of that shape.
 * @param {ArrayLike<number>} places  x, y, …
 * @param {number} width
 * @param {number} height
 * @returns {Frame}
 */
export function frameOf(places, width, height) {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i + 1 < places.length; i += 2) {
    left = Math.min(left, places[i]);
    right = Math.max(right, places[i]);
    low = Math.min(low, places[i + 1]);
    high = Math.max(high, places[i + 1]);
  }
  if (!(left <= right && low <= high)) return { middleX: 0, middleY: 0, reach: 1 };
  const short = Math.min(width, height);
  const reach = Math.max(((right - left) / 2) * (short / width), ((high - low) / 2) * (short / height));
  return { middleX: (left + right) / 2, middleY: (low + high) / 2, reach: reach * (1 + 2 * AIR) || 1 };
}

/**
 * A point of the plane on the screen; upwards is up.
 * @param {Frame} frame  @param {number} x  @param {number} y  @param {number} width  @param {number} height
 * @returns {Point}
 */
export function onScreen(frame, x, y, width, height) {
  const scale = Math.min(width, height) / 2 / frame.reach;
  return [width / 2 + (x - frame.middleX) * scale, height / 2 - (y - frame.middleY) * scale];
}

/**
 * All of them, flat.
 * @param {ArrayLike<number>} places  @param {number} width  @param {number} height
 */
export function laidOut(places, width, height) {
  const frame = frameOf(places, width, height);
  const found = new Float32Array(places.length);
  for (let i = 0; i + 1 < places.length; i += 2) {
    found.set(onScreen(frame, places[i], places[i + 1], width, height), i);
  }
  return { frame, points: found };
}

/**
 * A point within a room, at least `rim` from its edges.
 * @param {Point} point  @param {number} width  @param {number} height  @param {number} rim
 * @returns {Point}
 */
export function inside([x, y], width, height, rim) {
  return [Math.min(width - rim, Math.max(rim, x)), Math.min(height - rim, Math.max(rim, y))];
}

/**
 * Which dot lies nearest to a place; -1 where none is within `radius`.
 * @param {ArrayLike<number>} points  x, y, … on the screen
 * @param {number} x  @param {number} y  @param {number} radius
 */
export function nearestTo(points, x, y, radius) {
  let [best, least] = [-1, radius * radius];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const away = (points[i] - x) ** 2 + (points[i + 1] - y) ** 2;
    if (away <= least) [best, least] = [i / 2, away];
  }
  return best;
}

/**
 * The next dot in a direction: near, and not far to the side. -1 where there is none.
 * @param {ArrayLike<number>} points  on the screen
 * @param {number} from  the dot at which one stands
 * @param {number} right  1, 0 or -1
 * @param {number} down  likewise
 */
export function nextDot(points, from, right, down) {
  const [x, y] = [points[2 * from], points[2 * from + 1]];
  let [best, least] = [-1, Infinity];
  for (let i = 0; 2 * i + 1 < points.length; i++) {
    const [dx, dy] = [points[2 * i] - x, points[2 * i + 1] - y];
    const along = dx * right + dy * down;
    const aside = Math.abs(dx * down) + Math.abs(dy * right);
    if (i === from || along <= 0 || aside > 1.5 * along) continue;
    const cost = along + 2 * aside;
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}

/**
 * Between two layouts, `share` of the way, slow at both ends.
 * @param {Float32Array} before  @param {Float32Array} after  @param {number} share  0 to 1
 */
export function between(before, after, share) {
  const t = share * share * (3 - 2 * share);
  return after.map((v, i) => before[i] + (v - before[i]) * t);
}

/**
 * A colour for each class, evenly around the circle of hues; dark enough to be read on paper.
 * @param {number} index  @param {number} count  @param {"light" | "dark"} theme
 */
export function classColour(index, count, theme, alpha = 1) {
  const turn = (30 + (index * 360) / Math.max(1, count)) % 360;
  return theme === "dark" ? `oklch(0.8 0.12 ${turn} / ${alpha})` : `oklch(0.5 0.15 ${turn} / ${alpha})`;
}
