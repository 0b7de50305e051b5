// The sign of what is not there: fine slanted lines.

/** @typedef {{ x: number, y: number, w: number, h: number }} Box */
/**
 * @typedef {object} Lines
 * @property {string} stroke  their colour
 * @property {number} line  their width
 * @property {number} step  from one to the next
 * @property {string} [veil]  a colour laid over what is below them
 */

/**
 * Lines from lower left to upper right over a box, over what is there already.
 * @param {CanvasRenderingContext2D} ctx  @param {Box} box  @param {Lines} lines
 */
export function hatch(ctx, { x, y, w, h }, { stroke, line, step, veil }) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, h);
  ctx.clip();
  if (veil) {
    ctx.fillStyle = veil;
    ctx.fillRect(x, y, w, h);
  }
  ctx.strokeStyle = stroke;
  ctx.lineWidth = line;
  ctx.beginPath();
  for (let s = -h; s < w; s += step) {
    ctx.moveTo(x + s, y + h);
    ctx.lineTo(x + s + h, y);
  }
  ctx.stroke();
  ctx.restore();
}
