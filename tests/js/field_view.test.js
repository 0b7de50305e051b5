import assert from "node:assert/strict";
import { test } from "node:test";

import { boxBetween, onCanvas, viewBetween, viewOf } from "../../ui/components/field_view/view.js";

/** @import { Box } from "../../ui/components/field_view/view.js" */

test("the view holds the picture, and a square that is larger than it", () => {
  /** @type {[Box, number, number][]} */
  const cases = [
    [[100, 110, 100, 110], 224, 224],
    [[-117, 310, -117, 310], 224, 224],
    [[-870, 1201, -870, 1201], 299, 299],
  ];
  for (const [box, rows, columns] of cases) {
    const view = viewOf(box, rows, columns);
    for (const whole of /** @type {Box[]} */ ([box, [0, rows, 0, columns]])) {
      const { x, y, w, h } = onCanvas(whole, view, 500);
      assert.ok(x >= 0 && y >= 0 && x + w <= 500 && y + h <= 500, JSON.stringify({ box, x, y, w, h }));
    }
  }
});

test("a square keeps its share of the picture on the canvas", () => {
  const view = viewOf([-117, 310, -117, 310], 224, 224);
  const [square, picture] = [onCanvas([-117, 310, -117, 310], view, 500), onCanvas([0, 224, 0, 224], view, 500)];
  assert.ok(Math.abs(square.w / picture.w - 427 / 224) < 1e-9);
});

test("the way from one view to another begins and ends there, and looks even", () => {
  const [from, to] = [
    { row: 0, column: 0, side: 100 },
    { row: 10, column: 20, side: 400 },
  ];
  assert.deepEqual(viewBetween(from, to, 0), from);
  assert.deepEqual(viewBetween(from, to, 1), to);
  assert.equal(viewBetween(from, to, 0.5).side, 200);
  assert.deepEqual(boxBetween([0, 2, 0, 2], [-2, 6, 0, 4], 0.5), [-1, 4, 0, 3]);
});
