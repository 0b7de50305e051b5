// A picture's bytes, of which came what each is off the guess that its neighbours give (Smooth in
// ui/components/wire.py).

/**
 * Adds the guesses again, in place: the median of left, above, and their sum less the corner.
 * @param {Uint8Array} bytes  one picture of this shape after the other
 * @param {[number, number]} shape  height, width
 */
export function smoothed(bytes, [height, width]) {
  for (let i = 0; i < bytes.length; i++) {
    const first = i % (height * width) < width;
    const left = i % width ? bytes[i - 1] : 0;
    const above = first ? 0 : bytes[i - width];
    const corner = i % width && !first ? bytes[i - width - 1] : 0;
    const low = Math.min(left, above);
    bytes[i] += Math.min(Math.max(left + above - corner, low), left + above - low);
  }
  return bytes;
}
