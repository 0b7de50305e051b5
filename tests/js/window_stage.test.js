import assert from "node:assert/strict";
import { test } from "node:test";

import { hitTest, layoutStage } from "../../ui/components/window_stage/layout.js";
import {
  cellAt,
  lastReaders,
  readModel,
  readersOf,
  sharesOf,
  sumOf,
  touchedBy,
  windowTaps,
} from "../../ui/components/window_stage/model.js";
import { describe, noteParts } from "../../ui/components/window_stage/words.js";
import { standInForScreen } from "./screen.js";

/** @import { Numbers } from "../../ui/components/window_stage/model.js" */
/** @import { StageData } from "../../ui/components/window_stage/window_stage.js" */

standInForScreen();

const pack = (/** @type {number[]} */ shape, /** @type {number[]} */ values) => ({
  shape,
  data: Float32Array.from(values),
});

/** One channel, side × side, with its padding worked out; as window_stage.py sends it. */
function numbers({
  side = 5,
  kernel = 3,
  stride = 1,
  padding = 0,
  kind = "conv",
  values = (/** @type {number} */ i) => i,
} = {}) {
  const padded = side + 2 * padding;
  const out = Math.floor((padded - kernel) / stride) + 1;
  const x = Array.from({ length: padded * padded }, (_, n) => {
    const [r, q] = [Math.floor(n / padded) - padding, (n % padded) - padding];
    const inside = r >= 0 && q >= 0 && r < side && q < side;
    return inside ? values(r * side + q) : kind === "max" ? -Infinity : 0;
  });
  const w = Array.from({ length: kernel * kernel }, (_, t) => (t % 2 ? -0.5 : 1));
  const y = Array.from({ length: out * out }, (_, n) => {
    const taps = Array.from({ length: kernel * kernel }, (_t, t) => {
      const r = Math.floor(n / out) * stride + Math.floor(t / kernel);
      return x[r * padded + (n % out) * stride + (t % kernel)] * (kind === "conv" ? w[t] : 1);
    });
    return kind === "max" ? Math.max(...taps) : taps.reduce((sum, v) => sum + v, 0) + (kind === "conv" ? 0.25 : 0);
  });
  const rest = padded - kernel - (out - 1) * stride;
  return /** @type {Numbers & StageData} */ ({
    kind,
    size: [1, side, side],
    kernel: [kernel, kernel],
    stride: [stride, stride],
    dilation: [1, 1],
    sides: [padding, padding, padding, padding],
    fill: "zeros",
    dropped: [rest, rest],
    output: [1, out, out],
    bias: kind === "conv" ? 0.25 : 0,
    activation: null,
    padded: pack([1, padded, padded], x),
    weight: kind === "conv" ? pack([1, kernel, kernel], w) : null,
    partial: null,
    z: pack([1, out, out], y),
    y: pack([1, out, out], y),
    divisor: null,
    dz: pack(
      [1, out, out],
      y.map(() => 1),
    ),
    dx: null,
    channelNames: ["grey"],
    hidden: [],
    compare: null,
    titles: { input: "input", kernel: "kernel", output: "output" },
    inputKind: "grey",
    kernelKind: "weight",
    outputKind: "activation",
    symbol: "y",
    biased: true,
    showPartials: false,
    compact: false,
    projector: false,
    height: null,
  });
}

test("who reads an input and what a window reads are one relation", () => {
  for (const options of [{}, { stride: 2 }, { padding: 1 }, { stride: 2, padding: 2, kernel: 4 }]) {
    const m = readModel(numbers(options));
    const seen = new Set();
    for (let p = 0; p < m.N; p++) {
      const cell = cellAt(m, p);
      for (const { r, q, a, b } of windowTaps(m, cell, 0)) seen.add([r, q, cell.i, cell.j, a, b].join());
    }
    const told = new Set();
    for (let r = 0; r < m.Hp; r++) {
      for (let q = 0; q < m.Wp; q++) {
        for (const { i, j, a, b } of readersOf(m, r, q)) told.add([r, q, i, j, a, b].join());
      }
    }
    assert.deepEqual(told, seen);
    const touched = touchedBy(m, 0, 1).map(({ r, q }) => `${r},${q}`);
    assert.equal(new Set(touched).size, m.N, "a weight touches another input for each output");
  }
});

test("what the sum shows adds up to what Python worked out", () => {
  for (const values of [(/** @type {number} */ i) => i, (/** @type {number} */ i) => Math.sin(i) / 3]) {
    const m = readModel(numbers({ padding: 1, values }));
    for (let p = 0; p < m.N; p++) {
      const sum = sumOf(m, { k: 0, ...cellAt(m, p) });
      const scale = 10 ** m.termDecimals;
      const shown = (/** @type {number} */ v) => Math.round(v * scale) / scale;
      const terms = sum.channels[0].taps.reduce((total, tap) => total + shown(tap.product), 0);
      const total = terms + sum.channels[0].rounding + shown(m.bias) + sum.rounding;
      assert.ok(Math.abs(total - shown(sum.z)) < 1e-9 + 1e-6 / scale, `${total} is not ${sum.z}`);
    }
  }
});

test("whole numbers are added up exactly, others to as many decimals as they need", () => {
  assert.equal(readModel(numbers()).rounded, false);
  const small = readModel(numbers({ values: (i) => Math.sin(i) / 1000 }));
  assert.ok(small.rounded && small.sumDecimals >= 4);
});

test("a maximum's gradient goes to the first of the largest, padding never wins", () => {
  const m = readModel(numbers({ kind: "max", kernel: 2, stride: 2, padding: 1, values: () => -3 }));
  for (let p = 0; p < m.N; p++) {
    const sum = sumOf(m, { k: 0, ...cellAt(m, p) });
    const [shares] = sharesOf(m, sum);
    assert.equal(shares.filter((v) => v !== 0).length, 1);
    assert.ok(!sum.channels[0].taps[sum.winner].padding);
    assert.equal(
      shares.findIndex((v) => v !== 0),
      sum.winner,
    );
  }
});

test("an input's gradient is complete when its last reader has been played", () => {
  const m = readModel(numbers({ stride: 2 }));
  const last = lastReaders(m);
  for (let n = 0; n < last.length; n++) {
    const readers = readersOf(m, Math.floor(n / m.Wp), n % m.Wp).map(({ i, j }) => i * m.OW + j);
    assert.equal(last[n], readers.length ? Math.max(...readers) : -1);
  }
});

test("every map stands within the stage, and each of its cells is found where it is drawn", () => {
  for (const width of [340, 700, 1240]) {
    for (const side of [5, 12, 60]) {
      const data = numbers({ side, padding: 1 });
      const layout = layoutStage(readModel(data), data, width, "sans-serif");
      for (const { panels } of layout.blocks) {
        for (const p of panels) {
          assert.ok(p.x >= 0 && p.x + p.cols * p.cw <= width + 2, `${p.id} at ${width}`);
          assert.ok(p.y + p.rows * p.ch <= layout.height);
          const [r, q] = [p.rows - 1, Math.floor(p.cols / 2)];
          const hit = hitTest(layout, p.x + (q + 0.5) * p.cw, p.y + (r + 0.5) * p.ch);
          assert.deepEqual([hit?.panel.id, hit?.r, hit?.q], [p.id, r, q]);
        }
      }
      assert.equal(hitTest(layout, -5, 10), null);
    }
  }
});

test("numbers stand in small maps, and a window is magnified beside large ones", () => {
  const mode = (/** @type {number} */ side) => {
    const data = numbers({ side });
    return layoutStage(readModel(data), data, 1240, "sans-serif").mode;
  };
  assert.deepEqual([5, 12, 64].map(mode), ["numbers", "numbers", "picture"]);
});

test("padding and the dropped rim are said in words", () => {
  const words = noteParts(readModel(numbers({ side: 6, padding: 1, kernel: 3, stride: 2 }))).map(({ text }) => text);
  assert.deepEqual(words, ["padding 1 all round: zeros", "dropped by the floor: 1 row and 1 column"]);
  const m = readModel(numbers());
  const at = (/** @type {object} */ light) => describe(/** @type {any} */ ({ m, light: () => light, backward: false }));
  assert.equal(at({ type: "input", c: 0, r: 0, q: 0 }), "x[0, 0] = 0 feeds 1 output.");
  assert.equal(at(/** @type {any} */ (null)), "");
});
