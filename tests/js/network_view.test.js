import assert from "node:assert/strict";
import { test } from "node:test";

import { clipTo, coneOf, fieldOf, windowOn } from "../../ui/components/network_view/links.js";
import { inputsOf, outputsOf, readModel } from "../../ui/components/network_view/model.js";
import { layoutNetwork } from "../../ui/components/network_view/overview.js";
import { summary } from "../../ui/components/network_view/words.js";
import { standInForScreen } from "./screen.js";

/** @import { Data, Header } from "../../ui/components/network_view/model.js" */

standInForScreen();

/** @param {string} name  @param {Partial<Header>} rest  @returns {Header} */
function layer(name, rest) {
  const plain = { title: name, source: null, connect: /** @type {const} */ ("none"), parameters: 0, channels: 1 };
  const none = { window: null, field: null, scale: null, kernels: null, bias: null, edges: null };
  return { name, kind: "other", ...plain, ...none, groups: 1, signed: false, ...rest };
}

/** @param {number[]} shape */
const values = (shape) => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).map((_, i) => (i % 5) - 2),
});

/** Two maps from a picture of 8 × 8, halved, then three units. */
function network() {
  const window = { kernel: [3, 3], stride: [1, 1], padding: [1, 1], dilation: [1, 1] };
  const field = { jump: [1, 1], size: [3, 3], start: [-1, -1] };
  const halved = { kernel: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1] };
  const layers = [
    layer("input", { kind: "input" }),
    layer("conv", { kind: "conv", source: 0, connect: "all", channels: 2, window, field }),
    layer("relu", { kind: "activation", source: 1, connect: "same", channels: 2, window: null, field }),
    layer("pool", {
      kind: "pool",
      source: 2,
      connect: "same",
      channels: 2,
      window: halved,
      field: { jump: [2, 2], size: [4, 4], start: [-1, -1] },
    }),
    layer("dense", {
      kind: "dense",
      source: 3,
      connect: "all",
      channels: 3,
      edges: { shape: [3, 2], data: Int8Array.from([127, 0, -64, 1, 2, 3]) },
    }),
  ];
  const given = [values([1, 8, 8]), values([2, 8, 8]), { shape: [2, 8, 8], above: 0 }, values([2, 4, 4]), values([3])];
  const chosen = { layer: null, map: null, row: null, col: null };
  const said = { probabilities: [0.2, 0.5, 0.3], logits: [0.1, 1, 0.4], classes: ["a", "b", "c"], label: "drawing" };
  const rest = { selection: chosen, weights: null, sequence: 0, acknowledged: 0, fieldTarget: "", projector: false };
  return readModel(/** @type {Data} */ ({ layers, values: given, ...said, ...rest, compact: false }));
}

test("what is not sent is worked out: a ReLU's maps are its source's above zero", () => {
  const { layers } = network();
  assert.deepEqual(
    layers[2].values,
    layers[1].values.map((v) => Math.max(0, v)),
  );
});

test("who hears a map and whom it feeds are one relation; a strength of 0 is none", () => {
  const m = network();
  for (const one of m.layers.filter(({ source }) => source !== null)) {
    const source = m.layers[one.source ?? 0];
    for (let o = 0; o < one.maps; o++) {
      for (let i = 0; i < source.maps; i++) {
        const heard = inputsOf(m, one, o).some(({ map }) => map === i);
        assert.equal(
          outputsOf(one, i).some(({ map }) => map === o),
          heard,
        );
      }
    }
  }
  assert.deepEqual(inputsOf(m, m.layers[4], 0), [{ map: 0, strength: 1 }]);
});

test("a cell followed back window by window ends at its receptive field", () => {
  const m = network();
  for (const [row, col] of [
    [0, 0],
    [2, 1],
    [3, 3],
  ]) {
    const field = fieldOf(m, 3, row, col);
    assert.ok(field);
    assert.deepEqual(coneOf(m, 3, row, col).get(0), clipTo(m.layers[0], field));
  }
  assert.deepEqual(windowOn(m, m.layers[1], [0, 1, 0, 1]), [-1, 2, -1, 2], "padding included");
});

test("every map has a place of its own within the width, as columns and on a phone", () => {
  const m = network();
  for (const [width, fold] of [
    [1240, false],
    [1240, true],
    [380, null],
  ]) {
    const options = { type: 1, compact: false, fold: /** @type {boolean | null} */ (fold), labelWidth: 30 };
    const plan = layoutNetwork(m, Number(width), options);
    assert.equal(plan.mode, Number(width) > 700 ? "columns" : "rows");
    for (const tile of plan.tiles) assert.ok(tile.x >= 0 && tile.x + tile.w <= Number(width) && tile.w > 0);
    const apart = plan.tiles.every((a, n) =>
      plan.tiles
        .slice(n + 1)
        .every((b) => a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y),
    );
    assert.ok(apart, "no tile covers another");
    const shown = new Set(plan.tiles.map((tile) => tile.layer));
    assert.equal(shown.has(1), fold === false, "folded away, a layer is seen through its activation");
  }
});

test("of sixty-two classes each has a line of its own that can be read", () => {
  const m = { ...network(), classes: Array.from({ length: 62 }, (_, i) => `${i}`) };
  for (const [width, type] of [
    [1100, 1],
    [1100, 1.25],
    [380, 1],
  ]) {
    const { bars } = layoutNetwork(m, width, { type, compact: width < 700, fold: true, labelWidth: 30 });
    assert.ok(bars && (bars.h - 18) / 62 >= 14 * type, `${width}: ${bars?.h}`);
  }
});

test("what is open is said in a sentence", () => {
  const m = network();
  assert.equal(summary(m, { layer: null, map: null, row: null, col: null }), "The network. Most probable: b, 0.500.");
  assert.match(
    summary(m, { layer: 1, map: 1, row: 0, col: 2 }),
    /^conv · map 1 · row 0, column 2 is .*, sees rows 0–1/,
  );
});
