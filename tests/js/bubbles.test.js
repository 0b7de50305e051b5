// Which bubble a pointer and the arrow keys mean.

import assert from "node:assert/strict";
import test from "node:test";

import { meets, nextOf } from "../../ui/components/bubbles/pointing.js";

const [WIDTH, HEIGHT] = [200, 100];
const LARGE = { x: 0.5, y: 0.5, radius: 40 };
const SMALL = { x: 0.6, y: 0.5, radius: 3 };
const FAR = { x: 0.05, y: 0.9, radius: 5 };
const ALL = [LARGE, SMALL, FAR];

test("a small bubble is met where it lies on a large one, and a finger's breadth around it", () => {
  assert.equal(meets(ALL, 100, 50, WIDTH, HEIGHT), 0);
  assert.equal(meets(ALL, 120, 50, WIDTH, HEIGHT), 1);
  assert.equal(meets(ALL, 10, 21, WIDTH, HEIGHT), 2, "11 pixels below its middle");
  assert.equal(meets(ALL, 190, 5, WIDTH, HEIGHT), -1);
});

test("arrow keys go from left to right and stop at the ends", () => {
  assert.equal(nextOf(ALL, -1, "ArrowRight"), 2, "the first one is the leftmost");
  assert.equal(nextOf(ALL, 2, "ArrowRight"), 0);
  assert.equal(nextOf(ALL, 1, "ArrowDown"), 1);
  assert.equal(nextOf(ALL, 0, "ArrowLeft"), 2);
  assert.equal(nextOf(ALL, 2, "Home"), 2);
  assert.equal(nextOf(ALL, 2, "End"), 1);
  assert.equal(nextOf(ALL, 2, "a"), null);
});
