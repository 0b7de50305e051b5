import assert from "node:assert/strict";
import { test } from "node:test";

import { layoutLens } from "../../ui/components/image_lens/layout.js";
import { cellOver, combined, pixelsOf, readLens, windowOf } from "../../ui/components/image_lens/model.js";

/** @import { Data } from "../../ui/components/image_lens/image_lens.js" */

/** A grey picture of 6 × 8 pixels under a kernel of 3 × 3; as image_lens.py sends it.
 * @param {Partial<Data>} [rest]  @returns {Data} */
function given(rest = {}) {
  const [stride, side] = [rest.stride ?? 1, rest.sides?.[0] ?? 0];
  const out = (/** @type {number} */ n) => Math.floor((n + 2 * side - 3) / stride) + 1;
  return {
    size: [1, 6, 8],
    pixels: { token: "t", type: "u8", data: Uint8Array.from({ length: 48 }, (_, i) => (i * 37) % 256) },
    kernels: [{ shape: [3, 3], data: Float32Array.from([0, -1, 0, -1, 5, -1, 0, -1, 0]) }],
    first: null,
    stride,
    sides: [side, side, side, side],
    fill: "zeros",
    channels: "sum",
    combine: "one",
    output: [1, out(6), out(8)],
    planes: new Uint8Array(out(6) * out(8)),
    kind: "signed",
    limit: 1,
    titles: { input: "picture", output: "result" },
    pinned: null,
    epoch: 0,
    fixed: false,
    height: 300,
    projector: false,
    ...rest,
  };
}

const read = (/** @type {Data} */ data) => readLens(data, /** @type {Uint8Array} */ (pixelsOf(data.pixels)));

test("the products of a window add up to its total, padding included", () => {
  for (const fill of /** @type {const} */ (["zeros", "reflect", "replicate"])) {
    const m = read(given({ fill, sides: [1, 1, 1, 1] }));
    for (const cell of [
      { i: 0, j: 0 },
      { i: 3, j: 7 },
    ]) {
      const win = windowOf(m, cell);
      const [part] = win.channels[0].parts;
      const sum = win.channels[0].x.reduce((total, x, t) => total + x * m.kernels[0].w[t], 0);
      assert.ok(Math.abs(part.sum - sum) < 1e-9 && win.totals[0] === part.sum);
      const outside = win.places.filter((p) => p.outside).length;
      assert.equal(outside, cell.i === 0 && cell.j === 0 ? 5 : 3);
      if (fill === "zeros") assert.ok(win.places.every((p, t) => !p.outside || win.channels[0].x[t] === 0));
    }
  }
});

test("mirrored and repeated edges take their values from the picture", () => {
  const at = (/** @type {Data["fill"]} */ fill) => {
    const m = read(given({ fill, sides: [1, 1, 1, 1] }));
    return { m, x: windowOf(m, { i: 0, j: 0 }).channels[0].x[0] };
  };
  const mirrored = at("reflect");
  assert.equal(mirrored.x, mirrored.m.x[1 * 8 + 1]);
  assert.equal(at("replicate").x, mirrored.m.x[0]);
});

test("the cell under a pixel is the one whose window has it nearest to its middle", () => {
  const m = read(given({ stride: 2, sides: [1, 1, 1, 1] }));
  for (let row = 0; row < 6; row++) {
    for (let column = 0; column < 8; column++) {
      const { i, j } = cellOver(m, row, column);
      const off = (/** @type {number} */ a, /** @type {number} */ b) => Math.hypot(a * 2 - row, b * 2 - column);
      for (let a = 0; a < m.OH; a++) for (let b = 0; b < m.OW; b++) assert.ok(off(i, j) <= off(a, b) + 1e-9);
    }
  }
});

test("two answers become a length, or an angle in degrees", () => {
  const m = (/** @type {Data["combine"]} */ combine) => read(given({ combine }));
  assert.equal(combined(m("magnitude"), [3, 4]), 5);
  assert.equal(combined(m("direction"), [0, 2]), 90);
  assert.equal(combined(m("one"), [7]), 7);
});

test("a picture is sent once: the browser keeps the newest four", () => {
  const pixels = (/** @type {string} */ token) => ({
    token,
    type: /** @type {const} */ ("u8"),
    data: new Uint8Array(1),
  });
  for (const token of ["a", "b", "c", "d", "e"]) pixelsOf(pixels(token));
  assert.ok(pixelsOf({ token: "b", type: "u8", data: null }));
  assert.equal(pixelsOf({ token: "a", type: "u8", data: null }), null);
});

test("both pictures stand within the width, on a phone one above the other", () => {
  for (const width of [360, 800, 1240]) {
    const data = given();
    const { input, output, height } = layoutLens(read(data), data, width);
    for (const p of [input, output]) assert.ok(p.x >= 0 && p.x + p.w <= width && p.y + p.h <= height);
    assert.equal(output.top > input.top + input.h, width < 600);
  }
});
