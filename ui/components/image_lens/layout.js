// Where the two pictures stand. They share one height; no side is drawn thinner than can be seen.

/** @import { Data } from "./image_lens.js" */
/** @import { Model } from "./model.js" */

/** @typedef {ReturnType<typeof layoutLens>} Layout */
/** @typedef {ReturnType<typeof fitPicture> & { left: number, top: number, room: number, x: number, y: number }} Panel */

export const LENS_SIZE = {
  normal: { number: 14, small: 13, title: 15, head: 40, legend: 30 },
  projector: { number: 18, small: 17, title: 19, head: 52, legend: 38 },
};
const THINNEST = 18;

/** @param {Model} m  @param {Data} data  @param {number} width */
export function layoutLens(m, data, width) {
  const size = data.projector ? LENS_SIZE.projector : LENS_SIZE.normal;
  const narrow = width < 600;
  const gap = narrow ? 0 : 28;
  const across = narrow ? width : Math.floor((width - gap) / 2);
  const room = narrow ? Math.min(data.height, 232) : data.height;
  const input = fitPicture(m.H, m.W, across, room);
  const output = fitPicture(m.OH, m.OW, across, room);
  const least = 120; // room for the magnifier beside a picture of a few rows
  const first = Math.max(input.h, least);
  const second = Math.max(output.h, least);
  const rooms = narrow ? [first, second] : [Math.max(first, second), Math.max(first, second)];
  const top = narrow ? size.head * 2 + first + 8 : size.head;
  /** A picture of a few pixels stands in the middle, so that its window shows on all sides.
   * @param {ReturnType<typeof fitPicture>} p  @param {{ left: number, top: number, room: number }} place  @returns {Panel} */
  const placed = (p, place) => ({
    ...p,
    ...place,
    x: place.left + Math.max(0, (least - p.w) / 2),
    y: place.top + Math.max(0, (least - p.h) / 2),
  });
  const height = top + rooms[1] + size.legend;
  return {
    size,
    narrow,
    across,
    width,
    height,
    input: placed(input, { left: 0, top: size.head, room: rooms[0] }),
    output: placed(output, { left: narrow ? 0 : across + gap, top, room: rooms[1] }),
    legendY: height - size.legend,
  };
}

/** @param {number} rows  @param {number} cols  @param {number} width  @param {number} height */
function fitPicture(rows, cols, width, height) {
  let s = Math.min(width / cols, height / rows, 32);
  if (s >= 3) s = Math.floor(s);
  const sx = Math.min(width / cols, Math.max(s, THINNEST / cols));
  const sy = Math.min(height / rows, Math.max(s, THINNEST / rows));
  return { rows, cols, sx, sy, w: cols * sx, h: rows * sy };
}

/**
 * The magnifier's place: beside the picture as far as there is room, else over an upper corner, and
 * never over the pointer.
 * @param {Panel} panel  @param {Layout} layout  @param {number} cells  @param {number} column
 */
export function loupeIn(panel, layout, cells, column) {
  const most = layout.size === LENS_SIZE.projector ? 240 : 190;
  const free = layout.across - (panel.x - panel.left) - panel.w - 12;
  const wanted = Math.max(72, free, Math.min(panel.w * 0.38, panel.room * 0.56));
  const side = Math.floor(Math.min(most, wanted, panel.room - 12) / cells) * cells;
  const here = panel.x + (column + 0.5) * panel.sx;
  const right = free > 40 ? panel.left + layout.across - side - 2 : panel.x + panel.w - side - 6;
  const hides = free > 40 ? here > right - 16 : here >= panel.x + panel.w / 2;
  return { x: hides ? panel.x + 6 : right, y: panel.top + 6, side, cell: side / cells };
}
