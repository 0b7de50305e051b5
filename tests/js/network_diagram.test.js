import assert from "node:assert/strict";
import { test } from "node:test";

import { nodeAt, target } from "../../ui/components/network_diagram/input.js";
import { heightOf, Layout, widthOf } from "../../ui/components/network_diagram/layout.js";
import { at, moves } from "../../ui/components/network_diagram/motion.js";
import {
  allOpen,
  ancestors,
  closable,
  shownFor,
  treeOf,
  visibleRows,
} from "../../ui/components/network_diagram/tree.js";
import { percent, short } from "../../ui/components/network_diagram/words.js";

/** @import { Columns } from "../../ui/components/network_diagram/tree.js" */
/** @import { Box } from "../../ui/components/network_diagram/layout.js" */

const SIZES = { tallest: 120, least: 9, letter: 7, line: 16 };
const INPUT = [3, 224, 224];

/** @typedef {[number, string, string, string, number[], number, boolean]} Line  parent, title, kind, layout, shape, times, opens */

/** Two equal blocks with a shortcut, folded; then a fork of two branches.  @type {Line[]} */
const LINES = [
  [-1, "net", "network", "row", [8, 28, 28], 1, false],
  [0, "res1–2", "run", "row", [64, 56, 56], 2, true], // 1
  [1, "res1", "module", "residual", [64, 56, 56], 1, true],
  [2, "body", "branch", "row", [64, 56, 56], 1, false],
  [3, "conv1", "conv", "", [64, 56, 56], 1, false],
  [3, "relu1", "thin", "", [64, 56, 56], 1, false],
  [2, "+", "sum", "", [64, 56, 56], 1, false], // 6
  [1, "res2", "module", "residual", [64, 56, 56], 1, true],
  [7, "body", "branch", "row", [64, 56, 56], 1, false],
  [8, "conv1", "conv", "", [64, 56, 56], 1, false],
  [7, "+", "sum", "", [64, 56, 56], 1, false], // 10
  [0, "fork", "module", "branches", [24, 28, 28], 1, true],
  [11, "branch1", "branch", "row", [8, 28, 28], 1, false],
  [12, "pool", "pool", "", [8, 28, 28], 1, false],
  [11, "branch2", "branch", "row", [16, 28, 28], 1, false], // 14
  [14, "conv1", "conv", "", [16, 28, 28], 1, false],
  [11, "stack", "stack", "", [24, 28, 28], 1, false],
];

/** @returns {Columns} */
function columns() {
  const numbers = LINES.map(() => 1);
  const texts = LINES.map(() => "");
  return {
    parent: LINES.map((l) => l[0]),
    name: LINES.map((l) => l[1]),
    title: LINES.map((l) => l[1]),
    kind: LINES.map((l) => l[2]),
    layout: LINES.map((l) => l[3]),
    shape: LINES.map((l) => l[4]),
    times: LINES.map((l) => l[5]),
    opens: LINES.map((l) => l[6]),
    field: LINES.map(() => [3, 3]),
    words: texts,
    kernel: texts,
    parameters: numbers,
    multiplyAdds: numbers,
    cells: numbers,
  };
}

const TREE = treeOf(columns());

/** @param {number[]} open */
const sceneOf = (open) => new Layout(TREE, new Set(open), INPUT, SIZES).scene();

/** @param {Box} inner  @param {Box} outer */
function isInside(inner, outer) {
  const right = inner.x + inner.w <= outer.x + outer.w && inner.x >= outer.x;
  return right && inner.y >= outer.y && inner.y + inner.h <= outer.y + outer.h;
}

test("closed, only the blocks of the first level are seen; each opening shows one level more", () => {
  const titles = (/** @type {number[]} */ open) =>
    visibleRows(TREE, new Set(open)).map(({ node, depth }) => `${depth} ${LINES[node][1]}`);
  assert.deepEqual(titles([]), ["0 res1–2", "0 fork"]);
  assert.deepEqual(titles([1]), ["0 res1–2", "1 res1", "1 res2", "0 fork"]);
  assert.deepEqual(titles([11]).slice(1), ["0 fork", "1 branch1", "2 pool", "1 branch2", "2 conv1", "1 stack"]);
  assert.equal(visibleRows(TREE, allOpen(TREE)).length, LINES.length - 1);
});

test("what is hidden is found in the outermost closed block around it", () => {
  assert.equal(shownFor(TREE, new Set(), 4), 1);
  assert.equal(shownFor(TREE, new Set([1]), 4), 2);
  assert.equal(shownFor(TREE, new Set([1, 2]), 4), 4);
  assert.deepEqual(ancestors(TREE, 4), [3, 2, 1]);
  assert.equal(closable(TREE, new Set([1, 2]), 4), 2);
  assert.equal(closable(TREE, new Set(), 4), -1);
});

test("a block is as high as its map to scale, and as wide as the logarithm of its channels", () => {
  assert.equal(heightOf([64, 112, 112], 224, SIZES), 60);
  assert.equal(heightOf([64, 1, 1], 224, SIZES), SIZES.least);
  assert.equal(heightOf([4096], 224, SIZES), SIZES.least);
  assert.equal(widthOf(256) - widthOf(64), widthOf(64) - widthOf(16));
});

test("an open block is a frame with all its parts inside, and no two blocks lie on one another", () => {
  const { boxes, width, height } = sceneOf([...allOpen(TREE)]);
  const all = [...boxes.entries()];
  for (const [key, box] of all) {
    assert.ok(box.x >= 0 && box.x + box.w <= width && box.y >= 0 && box.y + box.h <= height, key);
    if (box.role === "frame" || box.role === "arc" || box.node < 0) continue;
    for (const around of ancestors(TREE, box.node)) {
      const frame = boxes.get(`b${around}`);
      assert.ok(!frame || isInside(box, frame), `${key} in b${around}`);
    }
    for (const [other, there] of all) {
      if (other === key || ["frame", "arc"].includes(there.role)) continue;
      const apart = there.x >= box.x + box.w || there.x + there.w <= box.x;
      assert.ok(apart || there.y >= box.y + box.h || there.y + there.h <= box.y, `${key} on ${other}`);
    }
  }
});

test("branches stand one above another, and all lead into what stacks them", () => {
  const { boxes, edges } = sceneOf([11]);
  const [pool, conv, stack] = ["b13", "b15", "b16"].map((key) => /** @type {Box} */ (boxes.get(key)));
  assert.ok(pool.y + pool.h < conv.y);
  assert.ok(stack.x > pool.x + pool.w && stack.x > conv.x + conv.w);
  const ends = edges.filter(({ to }) => to === "b16").map(({ from }) => from);
  assert.deepEqual(ends, ["b13", "b15"]);
  const begins = edges.filter(({ from }) => from === "b1").map(({ to }) => to);
  assert.deepEqual(begins, ["b13", "b15"]);
});

test("an arc leads over a body whose input is added to it", () => {
  const { boxes } = sceneOf([1, 2]);
  const [arc, conv, sum] = ["a2", "b4", "b6"].map((key) => /** @type {Box} */ (boxes.get(key)));
  assert.ok(arc.y < conv.y && arc.x < conv.x && arc.x + arc.w > conv.x + conv.w);
  assert.equal(arc.x + arc.w, sum.x + sum.w / 2);
  assert.equal(boxes.get("a7"), undefined, "the second block is closed");
});

test("what opens grows out of its block, what closes shrinks into it", () => {
  const [closed, open] = [sceneOf([]), sceneOf([1])];
  const opening = moves(closed, new Set(), open, new Set([1]), TREE);
  const block = /** @type {Box} */ (closed.boxes.get("b1"));
  const begun = /** @type {Box & { alpha: number }} */ (at(opening, 0).get("b2"));
  assert.deepEqual([begun.x, begun.y, begun.w, begun.h, begun.alpha], [block.x, block.y, block.w, block.h, 0]);
  const ended = /** @type {Box & { alpha: number }} */ (at(opening, 1).get("b2"));
  const there = /** @type {Box} */ (open.boxes.get("b2"));
  assert.deepEqual([ended.x, ended.y, ended.w, ended.h, ended.alpha], [there.x, there.y, there.w, there.h, 1]);
  const closing = at(moves(open, new Set([1]), closed, new Set(), TREE), 1).get("b2");
  assert.deepEqual([closing?.x, closing?.y, closing?.alpha], [block.x, block.y, 0]);
});

test("a pointer means the innermost block, and a small one from a little beside it", () => {
  const { boxes } = sceneOf([1, 2]);
  const conv = /** @type {Box} */ (boxes.get("b4"));
  const frame = /** @type {Box} */ (boxes.get("b2"));
  assert.equal(nodeAt(boxes.values(), conv.x + 1, conv.y + 1), 4);
  assert.equal(nodeAt(boxes.values(), conv.x - 3, conv.y + 1), 4);
  assert.equal(nodeAt(boxes.values(), frame.x + 3, frame.y + 3), 2);
  assert.equal(nodeAt(boxes.values(), -50, -50), -1);
});

test("arrows go from row to row and stop at the ends", () => {
  assert.deepEqual(
    ["ArrowRight", "ArrowUp", "End", "Home", "PageDown", "a"].map((key) => target(key, 0, 5)),
    [1, 0, 4, 0, 4, -1],
  );
});

test("numbers are told short, and shares to the digit that still says something", () => {
  assert.deepEqual([138_357_544, 15_470_264_320, 61_706, 640].map(short), ["138 M", "15.5 G", "61.7 k", "640"]);
  assert.deepEqual([percent(743, 1000), percent(1, 1e6), percent(0, 10)], ["74.3%", "< 0.1%", "0.0%"]);
});
