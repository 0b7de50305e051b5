// How a move begins and ends.

/** Slow at both ends.  @param {number} t  0 to 1 */
export function smoothstep(t) {
  return t * t * (3 - 2 * t);
}
