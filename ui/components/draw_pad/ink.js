// Ink: the drawing as SIDE × SIDE numbers in 0..1, whatever the size and the density of the screen.
//
// A line's ink in a pixel follows from the distance between the pixel's middle and the line, the
// same rule as in cnn/strokes.py, so that both sides give the same picture of the same strokes.
// Lengths here are pixels of this grid: x to the right, y down, edges at whole numbers.

export const SIDE = 112;

/** @typedef {[number, number, number]} Point  x, y, half width */

/**
 * Adds (or, with `erase`, takes away) a line from a to b; each end is [x, y, half width].
 * @param {Float32Array} ink  @param {Point} a  @param {Point} b  @param {boolean} erase
 */
export function stampLine(ink, a, b, erase) {
  const reach = Math.max(a[2], b[2]) + 1.5;
  const left = Math.max(0, Math.floor(Math.min(a[0], b[0]) - reach));
  const right = Math.min(SIDE - 1, Math.ceil(Math.max(a[0], b[0]) + reach));
  const top = Math.max(0, Math.floor(Math.min(a[1], b[1]) - reach));
  const bottom = Math.min(SIDE - 1, Math.ceil(Math.max(a[1], b[1]) + reach));
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const squared = dx * dx + dy * dy;
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const x = column + 0.5 - a[0];
      const y = row + 0.5 - a[1];
      const t = squared > 0 ? Math.min(1, Math.max(0, (x * dx + y * dy) / squared)) : 0;
      const radius = Math.max(0.05, a[2] + t * (b[2] - a[2]));
      const beyond = Math.hypot(x - t * dx, y - t * dy) - radius;
      const covered = Math.min(1, Math.max(0, 0.5 - beyond));
      const i = row * SIDE + column;
      ink[i] = erase ? Math.min(ink[i], 1 - covered) : Math.max(ink[i], covered);
    }
  }
}

/**
 * Stamps path[from..]; a path of one point is a dot.
 * @param {Float32Array} ink  @param {Point[]} path  @param {boolean} erase
 */
export function stampPath(ink, path, erase, from = 0) {
  if (path.length === 1) stampLine(ink, path[0], path[0], erase);
  for (let i = Math.max(1, from); i < path.length; i++) stampLine(ink, path[i - 1], path[i], erase);
}

/** One byte a pixel, base64.  @param {Float32Array} ink */
export function encodeInk(ink) {
  return inBase64(Array.from(ink, (value) => Math.round(value * 255)));
}

/**
 * The same in a tenth of the length: paper (0) and full ink (255) lie in runs, and after each such
 * byte comes how many there are, 1 to 255. What is between them, the soft edge, stays as it is.
 * @param {Float32Array} ink
 */
export function packInk(ink) {
  const packed = [];
  for (let i = 0; i < ink.length;) {
    const value = Math.round(ink[i] * 255);
    let count = 1;
    packed.push(value);
    if (value === 0 || value === 255) {
      while (count < 255 && i + count < ink.length && Math.round(ink[i + count] * 255) === value) count++;
      packed.push(count);
    }
    i += count;
  }
  return inBase64(packed);
}

/**
 * The bytes that are written in `base64`.
 * @param {string} base64
 */
export function decodeBytes(base64) {
  const text = atob(base64);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** @param {number[]} bytes */
function inBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

// A stroke while it is being drawn. `points` are where the pen was, `path` the line through them.
// A smooth stroke runs from midpoint to midpoint, bent towards the point between them (quadratic
// Bézier curves): everything but the last half step is settled and never changes again.
export class Stroke {
  /** @param {boolean} erase  @param {boolean} smooth */
  constructor(erase, smooth) {
    this.erase = erase;
    this.smooth = smooth;
    /** @type {Point[]} */
    this.points = [];
    /** @type {Point[]} */
    this.path = [];
  }

  /** False if the pen has not moved enough to count.  @param {number} x  @param {number} y  @param {number} radius */
  add(x, y, radius) {
    /** @type {Point} */
    const point = [x, y, radius];
    const last = this.points.at(-1);
    if (last && Math.hypot(x - last[0], y - last[1]) < 0.4) return false;
    this.points.push(point);
    if (!this.smooth || !last) {
      this.path.push(point);
      return true;
    }
    const middle = last.map((v, i) => (v + point[i]) / 2);
    const start = this.path[this.path.length - 1];
    const steps = Math.max(1, Math.ceil(Math.hypot(middle[0] - start[0], middle[1] - start[1]) / 2));
    for (let i = 1; i <= steps; i++) {
      const t = i / steps;
      const at = (/** @type {0 | 1 | 2} */ k) =>
        (1 - t) ** 2 * start[k] + 2 * t * (1 - t) * last[k] + t * t * middle[k];
      this.path.push([at(0), at(1), at(2)]);
    }
    return true;
  }

  // The last half step: from the end of the settled path to the pen.
  tail() {
    return [this.path[this.path.length - 1], this.points[this.points.length - 1]];
  }

  end() {
    const [from, to] = this.tail();
    if (from !== to) this.path.push(to);
  }
}

/**
 * A stroke along points that are already close together: [[x, y], …] as fractions of the side.
 * @param {[number, number][]} points  @param {number} width
 */
export function strokeThrough(points, width) {
  const stroke = new Stroke(false, false);
  stroke.path = points.map(([x, y]) => [x * SIDE, y * SIDE, width / 2]);
  stroke.points = stroke.path;
  return stroke;
}
