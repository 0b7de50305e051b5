// The pad on the screen: the ink, the marks over it, and the tools as they can be used now.

import { fitCanvas } from "../shared/canvas.js";
import { PALETTE } from "../shared/palette.js";
import { paintPath, paintStep } from "./drawing.js";
import { SIDE } from "./ink.js";
import { markField, markFit, markPen } from "./marks.js";
import { paintThumb } from "./samples.js";

// Finished steps are painted once, on a sheet of their own; the present stroke goes over it.
export function paintPaper(pad) {
  const colour = PALETTE.grey[pad.theme.name][1];
  const context = fitCanvas(pad.inkCanvas, pad.side, pad.side);
  const { width } = pad.inkCanvas;
  const state = [pad.drawing.version, width, colour].join();
  if (pad.painted !== state) {
    pad.painted = state;
    pad.sheet.width = pad.sheet.height = width;
    const sheet = pad.sheet.getContext("2d");
    sheet.scale(width / SIDE, width / SIDE);
    for (const step of pad.drawing.visible()) paintStep(sheet, step, colour);
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, width);
  context.drawImage(pad.sheet, 0, 0);
  const stroke = pad.drawing.current;
  if (!stroke) return;
  context.setTransform(width / SIDE, 0, 0, width / SIDE, 0, 0);
  paintPath(context, [...stroke.path, stroke.points.at(-1)], stroke.erase, colour);
}

export function paintMarks(pad) {
  const context = fitCanvas(pad.marks, pad.side, pad.side);
  context.clearRect(0, 0, pad.side, pad.side);
  const { fit } = pad.data;
  const [k, width] = [pad.side / SIDE, pad.data.projector ? 1.6 : 1.1];
  if (pad.button("marking").checked) markFit(context, fit, pad.theme, k, width);
  if (fit) markField(context, pad.area, fit.frame, fit.side, pad.theme, k, width);
  const { cursor } = pad;
  const place = cursor.shown ? [cursor.x, cursor.y] : pad.over;
  const down = cursor.shown ? cursor.down : null;
  if (place) markPen(context, place, pad.brush / 2, down, pad.theme, k, width);
}

export function paintTools(pad) {
  const { drawing } = pad;
  pad.button("undo").disabled = !drawing.steps.length;
  pad.button("redo").disabled = !drawing.undone.length;
  pad.root.classList.toggle("blank", drawing.blank);
  const origin = drawing.steps.at(-1)?.id ?? null;
  const look = `${origin} ${pad.theme.name} ${devicePixelRatio}`;
  if (look === pad.samplesLook) return;
  pad.samplesLook = look;
  for (const sample of pad.samples) {
    const button = pad.button(`sample-${sample.id}`);
    button.setAttribute("aria-pressed", String(sample.id === origin));
    paintThumb(button.firstChild, sample, pad.theme);
  }
}
