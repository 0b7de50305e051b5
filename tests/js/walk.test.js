import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Walk } from "../../ui/components/shared/walk.js";

/** A walk of that many steps, and where it went. */
function walkOf(/** @type {number} */ count) {
  /** @type {number[]} */
  const places = [];
  const walk = new Walk({ count: () => count, moved: () => places.push(walk.position), changed: () => {} });
  return { walk, places };
}

test("steps stay within the walk", () => {
  const { walk, places } = walkOf(3);
  walk.step(-1);
  walk.step(1);
  walk.jump(99);
  walk.step(1);
  assert.deepEqual(places, [0, 1, 2, 2]);
});

test("playing goes step by step to the end, and from the end begins again", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { walk, places } = walkOf(3);
  walk.play();
  mock.timers.tick(1400);
  mock.timers.tick(1400);
  assert.deepEqual(places, [1, 2]);
  assert.equal(walk.playing, false);
  walk.play();
  assert.equal(walk.position, 0);
  walk.setSpeed(2);
  mock.timers.tick(700);
  assert.equal(walk.position, 1);
  walk.step(1);
  mock.timers.tick(5000);
  assert.equal(walk.position, 2, "who steps takes control");
  mock.timers.reset();
});

test("a graph without steps stands still", () => {
  const { walk } = walkOf(0);
  walk.jump(5);
  assert.deepEqual([walk.position, walk.last], [0, 0]);
});
