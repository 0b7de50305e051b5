import assert from "node:assert/strict";
import { test } from "node:test";

import { Drawing } from "../../ui/components/draw_pad/drawing.js";
import { SIDE, Stroke, decodeBytes, packInk, stampLine, strokeThrough } from "../../ui/components/draw_pad/ink.js";

const blank = () => new Float32Array(SIDE * SIDE);
const amount = (/** @type {Float32Array} */ ink) => ink.reduce((sum, v) => sum + v, 0);

/** What Python makes of packed ink (ui/components/draw_pad/draw_pad.py).  @param {string} text */
function unpacked(text) {
  const bytes = [...decodeBytes(text)];
  const pixels = [];
  while (bytes.length) {
    const value = /** @type {number} */ (bytes.shift());
    const count = value === 0 || value === 255 ? /** @type {number} */ (bytes.shift()) : 1;
    pixels.push(...Array(count).fill(value));
  }
  return pixels;
}

test("packed ink is the same ink, in a tenth of the length", () => {
  const ink = blank();
  stampLine(ink, [20, 30, 4.5], [90, 80, 4.5], false);
  const packed = packInk(ink);
  assert.deepEqual(
    unpacked(packed),
    Array.from(ink, (v) => Math.round(v * 255)),
  );
  assert.ok(packed.length < (SIDE * SIDE * 4) / 3 / 8);
  for (const all of [blank(), blank().fill(1)]) assert.equal(unpacked(packInk(all)).length, SIDE * SIDE);
});

test("a dot covers the area of its disk, wherever it lies", () => {
  for (const [x, y] of [
    [56, 56],
    [40.3, 71.8],
  ]) {
    const ink = blank();
    stampLine(ink, [x, y, 6], [x, y, 6], false);
    assert.ok(Math.abs(amount(ink) - Math.PI * 36) < 0.02 * Math.PI * 36);
  }
});

test("a line beyond the paper leaves ink on the paper only, and no error", () => {
  const ink = blank();
  stampLine(ink, [-40, 56, 5], [300, 56, 5], false);
  assert.ok(ink[56 * SIDE] === 1 && ink[56 * SIDE + SIDE - 1] === 1 && ink[0] === 0);
  assert.equal(ink.length, SIDE * SIDE);
});

test("the eraser takes away what it passes, and nothing else", () => {
  const ink = blank().fill(1);
  stampLine(ink, [0, 20, 4], [112, 20, 4], true);
  assert.equal(ink[20 * SIDE + 50], 0);
  assert.equal(ink[60 * SIDE + 50], 1);
});

test("a smooth stroke begins and ends where the pen did, and small trembling is no movement", () => {
  const stroke = new Stroke(false, true);
  const points = /** @type {const} */ ([
    [10, 10],
    [40, 12],
    [60, 40],
    [30, 70],
  ]);
  for (const [x, y] of points) assert.ok(stroke.add(x, y, 4));
  assert.equal(stroke.add(30.1, 70.1, 4), false);
  stroke.end();
  assert.deepEqual(stroke.path[0].slice(0, 2), [10, 10]);
  assert.deepEqual(stroke.path[stroke.path.length - 1].slice(0, 2), [30, 70]);
  const steps = stroke.path.slice(1).map(([x, y], i) => Math.hypot(x - stroke.path[i][0], y - stroke.path[i][1]));
  assert.ok(Math.max(...steps.slice(0, -1)) < 4, "it is bent, not broken");
});

test("everything can be undone and done again", () => {
  const drawing = new Drawing();
  drawing.begin(new Stroke(false, false));
  drawing.current?.add(20, 20, 5);
  drawing.current?.add(80, 80, 5);
  drawing.end();
  const line = drawing.ink.slice();
  drawing.push({ kind: "invert" });
  assert.ok(Math.abs(drawing.ink[0] - 1) < 1e-6);
  drawing.push({ kind: "clear" });
  assert.ok(drawing.blank && amount(drawing.ink) === 0);
  assert.ok(drawing.undo() && drawing.undo());
  assert.deepEqual(drawing.ink, line);
  assert.ok(drawing.redo() && Math.abs(drawing.ink[0] - 1) < 1e-6);
  assert.ok(drawing.redo() && !drawing.redo());
});

test("a long drawing keeps its ink though its first steps become one picture", () => {
  const drawing = new Drawing();
  for (let n = 0; n < 400; n++) {
    const stroke = strokeThrough([[(n % 20) / 20, Math.floor(n / 20) / 20]], 3);
    drawing.push({ kind: "stroke", stroke });
  }
  const before = drawing.ink.slice();
  drawing.redraw();
  assert.ok(drawing.steps.length <= 240);
  assert.ok(drawing.ink.every((v, i) => Math.abs(v - before[i]) < 0.01));
});

test("only a sample that is unchanged has an origin, also while it draws itself", () => {
  const drawing = new Drawing();
  const strokes = [strokeThrough([[0.5, 0.5]], 6)];
  drawing.push({ kind: "sample", id: "three", strokes });
  assert.equal(drawing.origin(), "three");
  const [sample] = drawing.steps;
  if (sample.kind === "sample") sample.shown = 0;
  assert.equal(drawing.origin(), "three");
  drawing.push({ kind: "stroke", stroke: strokes[0] });
  assert.equal(drawing.origin(), null);
  drawing.undo();
  assert.equal(drawing.origin(), "three");
});
