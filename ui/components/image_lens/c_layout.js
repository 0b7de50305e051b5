// Where the two pictures stand. They share one height; no side is drawn thinner than can be seen.

const LENS_SIZE = {
  normal: { number: 14, small: 13, title: 15, head: 40, legend: 30 },
  projector: { number: 18, small: 17, title: 19, head: 52, legend: 38 },
};
const THINNEST = 18;

function layoutLens(m, data, width) {
  const size = data.projector ? LENS_SIZE.projector : LENS_SIZE.normal;
  const narrow = width < 600;
  const gap = narrow ? 0 : 28;
  const across = narrow ? width : Math.floor((width - gap) / 2);
  const room = narrow ? Math.min(data.height, 232) : data.height;
  const input = fitPicture(m.H, m.W, across, room);
  const output = fitPicture(m.OH, m.OW, across, room);
  const tall = Math.max(input.h, output.h, 120);
  input.x = 0;
  input.y = size.head;
  output.x = narrow ? 0 : across + gap;
  output.y = narrow ? size.head * 2 + input.h + 8 : size.head;
  const height = (narrow ? output.y + output.h : size.head + tall) + size.legend;
  return { size, narrow, across, width, height, input, output, legendY: height - size.legend };
}

function fitPicture(rows, cols, width, height) {
  let s = Math.min(width / cols, height / rows, 64);
  if (s >= 3) s = Math.floor(s);
  const sx = Math.min(width / cols, Math.max(s, THINNEST / cols));
  const sy = Math.min(height / rows, Math.max(s, THINNEST / rows));
  return { rows, cols, sx, sy, w: cols * sx, h: rows * sy };
}

// The magnifier's place: beside the picture where there is room, else in the upper corner away from
// the pointer.
function loupeIn(panel, layout, cells, column) {
  const most = layout.size === LENS_SIZE.projector ? 240 : 190;
  const whole = (side) => Math.floor(Math.min(most, side) / cells) * cells;
  const free = layout.across - panel.w - 14;
  if (free >= 90) {
    const side = whole(free);
    return { x: panel.x + panel.w + 10, y: panel.y + 4, side, cell: side / cells };
  }
  const side = whole(Math.max(72, Math.min(panel.w * 0.38, Math.max(panel.h, 120) * 0.56)));
  const right = (column + 0.5) * panel.sx < panel.w / 2;
  return { x: right ? panel.x + panel.w - side - 6 : panel.x + 6, y: panel.y + 6, side, cell: side / cells };
}
