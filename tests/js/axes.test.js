import assert from "node:assert/strict";
import { test } from "node:test";

import { placed, tickText, ticks, xRange, xTicks } from "../../ui/components/shared/axes.js";

const panel = (y, rest = {}) => ({
  series: [{ x: y.map((_, i) => i), y }],
  log: false,
  floor: null,
  ceiling: null,
  ...rest,
});
const at = (p, xs = [0, 10]) => placed(p, xs, 400, 200, 14);

test("between whole numbers, as of layers, nothing is ticked", () => {
  assert.deepEqual(xTicks([{ x: [1, 2, 3] }], 0, 3, 6), [0, 1, 2, 3]);
  assert.deepEqual(xTicks([{ x: [0, 0.5, 3] }], 0, 3, 6), [0, 0.5, 1, 1.5, 2, 2.5, 3]);
  assert.deepEqual(xTicks([], 0, 200, 4), [0, 50, 100, 150, 200]);
});

test("ticks are round, evenly apart and inside", () => {
  assert.deepEqual(ticks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(0, 1, 2), [0, 0.5, 1]);
  assert.deepEqual(ticks(3, 97, 4), [50]);
  for (const [low, high, count] of [
    [0, 7e-4, 3],
    [-5, 5, 6],
    [1234, 1239, 4],
  ]) {
    const found = ticks(low, high, count);
    assert.ok(found.every((v) => v >= low && v <= high * (1 + 1e-9)));
    const steps = found.slice(1).map((v, i) => v - found[i]);
    assert.ok(steps.every((step) => Math.abs(step - steps[0]) < 1e-9 * Math.abs(high)));
  }
});

test("a logarithmic axis counts in powers of ten", () => {
  assert.deepEqual(ticks(0.01, 100, 5, true), [0.01, 0.1, 1, 10, 100]);
  assert.deepEqual(ticks(0.001, 1000, 4, true), [0.01, 1, 100]);
  assert.deepEqual(ticks(2, 5, 4, true), [2, 5], "both ends where there are not two");
});

test("the words of a tick are short", () => {
  const words = [
    [0, "0"],
    [0.25, "0.25"],
    [-1500, "−1500"],
    [123456, "1e5"],
    [0.0001, "1e−4"],
    [-0.00002, "−2e−5"],
  ];
  for (const [value, text] of words) assert.equal(tickText(value, {}), text);
  assert.equal(tickText(0.5, { percent: true }), "50 %");
});

test("all panels share an x axis that has a width", () => {
  assert.deepEqual(xRange([panel([1, 2, 3])]), [0, 2]);
  assert.deepEqual(xRange([panel([1, 2, 3])], 60), [0, 60]);
  assert.deepEqual(xRange([{ series: [{ x: [-2, 1], y: [0, 0] }] }]), [-2, 1]);
  assert.deepEqual(xRange([{ series: [{ x: [], y: [] }] }]), [0, 1]);
});

test("values lie between the edges, larger ones higher", () => {
  const p = at(panel([1, 5, 3]));
  assert.ok(p.y(5) < p.y(3) && p.y(3) < p.y(1));
  assert.ok(p.y(5) >= p.top && p.y(1) <= p.bottom);
  assert.equal(p.x(0), p.left);
  assert.equal(p.x(10), p.right);
});

test("floor and ceiling are shown, and what is no number is not looked at", () => {
  const p = at(panel([0.4, NaN, Infinity, 0.6], { floor: 0, ceiling: 1 }));
  assert.equal(p.y0, 0);
  assert.equal(p.y1, 1);
  const log = at(panel([0, -1, 1, 100], { log: true }));
  assert.ok(log.y0 > 0.5 && log.y1 < 200, "zero and less have no place on it");
});

test("nothing to show, or one value alone, still gives an axis", () => {
  for (const p of [panel([]), panel([NaN]), panel([2, 2]), panel([], { log: true }), panel([3], { log: true })]) {
    const { y0, y1, y } = at(p);
    assert.ok(y0 < y1 && Number.isFinite(y((y0 + y1) / 2)));
  }
});
