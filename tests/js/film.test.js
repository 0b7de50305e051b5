import assert from "node:assert/strict";
import { test } from "node:test";

import { frameAt, spread, textAt } from "../../ui/components/film/model.js";

test("a picture that stays has the same frame at every position", () => {
  assert.deepEqual(
    [0, 3, 9].map((n) => frameAt(1, n)),
    [0, 0, 0],
  );
  assert.deepEqual(
    [0, 3, 9].map((n) => frameAt(5, n)),
    [0, 3, 4],
  );
});

test("a text for each frame, one for all, or none", () => {
  assert.equal(textAt(["a", "b"], 1), "b");
  assert.equal(textAt(["all"], 7), "all");
  assert.equal(textAt([], 0), "");
});

test("names at the ends of curves do not stand upon one another", () => {
  assert.deepEqual(spread([10, 60], 15, 0, 100), [10, 60]);
  assert.deepEqual(spread([50, 52, 51], 15, 0, 100), [50, 80, 65]);
  assert.deepEqual(spread([100, 100], 15, 0, 100), [85, 100]);
  assert.deepEqual(spread([], 15, 0, 100), []);
});
