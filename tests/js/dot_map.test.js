import assert from "node:assert/strict";
import { test } from "node:test";

import {
  between,
  classColour,
  frameOf,
  inside,
  laidOut,
  nearestTo,
  nextDot,
  onScreen,
} from "../../ui/components/dot_map/model.js";

test("all dots lie inside the room, and distances keep their proportions", () => {
  const places = [0, 0, 10, 0, 10, 4, 3, 2];
  for (const [width, height] of [
    [600, 400],
    [300, 500],
  ]) {
    const { points } = laidOut(places, width, height);
    for (let i = 0; i < points.length; i += 2) {
      assert.ok(points[i] > 0 && points[i] < width);
      assert.ok(points[i + 1] > 0 && points[i + 1] < height);
    }
    const across = points[2] - points[0];
    const up = points[3] - points[5];
    assert.ok(Math.abs(across / up - 10 / 4) < 1e-4);
  }
});

test("a plane of one place, and of none, is drawn in the middle", () => {
  assert.deepEqual([...laidOut([7, 7, 7, 7], 200, 100).points], [100, 50, 100, 50]);
  assert.equal(frameOf([], 200, 100).reach, 1);
});

test("upwards is up", () => {
  const frame = { middleX: 0, middleY: 0, reach: 1 };
  assert.deepEqual(onScreen(frame, 0.5, 0.5, 200, 100), [125, 25]);
});

test("what lies outside of the room is drawn at its rim", () => {
  assert.deepEqual(inside([-50, 40], 200, 100, 10), [10, 40]);
  assert.deepEqual(inside([250, 140], 200, 100, 10), [190, 90]);
});

const CROSS = [50, 50, 80, 50, 20, 50, 50, 20, 50, 90, 82, 54];

test("the nearest dot is meant, within a radius", () => {
  assert.equal(nearestTo(CROSS, 78, 49, 14), 1);
  assert.equal(nearestTo(CROSS, 120, 50, 14), -1);
  assert.equal(nearestTo([], 1, 1, Infinity), -1);
});

test("arrow keys go to the next dot in their direction", () => {
  assert.equal(nextDot(CROSS, 0, 1, 0), 1);
  assert.equal(nextDot(CROSS, 0, -1, 0), 2);
  assert.equal(nextDot(CROSS, 0, 0, -1), 3);
  assert.equal(nextDot(CROSS, 0, 0, 1), 4);
  assert.equal(nextDot(CROSS, 5, 1, 0), -1);
});

test("dots glide from one place to the other", () => {
  const [before, after] = [Float32Array.of(0, 10), Float32Array.of(10, 10)];
  assert.deepEqual([...between(before, after, 0)], [0, 10]);
  assert.deepEqual([...between(before, after, 0.5)], [5, 10]);
  assert.deepEqual([...between(before, after, 1)], [10, 10]);
});

test("each class has a colour of its own", () => {
  const colours = Array.from({ length: 10 }, (_, i) => classColour(i, 10, "light"));
  assert.equal(new Set(colours).size, 10);
});
