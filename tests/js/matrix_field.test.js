// What becomes of a matrix that is made larger or smaller.

import assert from "node:assert/strict";
import test from "node:test";

import { resized, stepOf } from "../../ui/components/matrix_field/sizes.js";

test("cells keep their place; what is new is what is asked for", () => {
  assert.deepEqual(resized([1, 2, 3, 4], [1, 2, 2], [1, 2, 3], 0), [1, 2, 0, 3, 4, 0]);
  assert.deepEqual(resized([1, 2, 3, 4], [1, 2, 2], [2, 1, 1], NaN), [1, NaN]);
});

test("filters come and go with all of their channels", () => {
  assert.equal(stepOf({ each: 3 }, 0), 3);
  assert.equal(stepOf({ each: 3 }, 1), 1);
  assert.equal(stepOf({ each: 0 }, 0), 1);
});
