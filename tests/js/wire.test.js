import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";

import { inflate } from "../../ui/components/shared/inflate.js";
import { held } from "../../ui/components/shared/kept.js";
import { numbersOf } from "../../ui/components/shared/seen.js";
import { smoothed } from "../../ui/components/shared/smooth.js";
import { readWire } from "../../ui/components/shared/wire.js";

/** @param {Uint8Array} raw  @param {zlib.ZlibOptions} options */
function thereAndBack(raw, options) {
  return inflate(new Uint8Array(zlib.deflateSync(raw, options)), raw.length);
}

/** @param {number} length */
function noise(length) {
  let state = 1;
  return Uint8Array.from({ length }, () => (state = (state * 16807) % 2147483647) & 255);
}

test("what zlib packs is unpacked to the last byte: stored, fixed and own codes, long repeats", () => {
  const smooth = new Uint8Array(Float32Array.from({ length: 20_000 }, (_, i) => Math.sin(i)).buffer);
  const few = noise(5000).map((v) => v % 3);
  const words = new TextEncoder().encode("abcabd ".repeat(9000));
  const all = [new Uint8Array(0), noise(1), new Uint8Array(100_000), words, few, noise(70_000), smooth];
  for (const raw of all) {
    for (const level of [0, 1, 5, 9]) {
      for (const strategy of [zlib.constants.Z_DEFAULT_STRATEGY, zlib.constants.Z_FIXED]) {
        assert.deepEqual(thereAndBack(raw, { level, strategy }), raw);
      }
    }
  }
});

test("arrays of a packed message are typed arrays, wherever they are", () => {
  const text = '{"rows":[{"x":{"array":["f4",0,3]}}],"b":{"array":["u1",16,2]},"top":{"number":"nan"}}';
  const begin = Math.ceil((4 + text.length) / 8) * 8;
  const body = new Uint8Array(begin + 24);
  new DataView(body.buffer).setUint32(0, text.length, true);
  body.set(new TextEncoder().encode(text), 4);
  body.set(new Uint8Array(new Float32Array([0.1, NaN, -0]).buffer), begin);
  body.set([7, 9], begin + 16);
  const packed = zlib.deflateSync(body);
  const sent = new Uint8Array(4 + packed.length);
  new DataView(sent.buffer).setUint32(0, body.length, true);
  sent.set(packed, 4);
  assert.deepEqual(readWire(sent), {
    rows: [{ x: new Float32Array([0.1, NaN, -0]) }],
    b: new Uint8Array([7, 9]),
    top: NaN,
  });
});

test("what is kept comes from the message that brought it, and is the same object ever after", () => {
  const first = readWire({ net: { kept: ["a1", { w: [1, { number: "inf" }] }] }, x: 1 });
  assert.deepEqual(first.net, { w: [1, Infinity] });
  assert.ok(held().includes("a1"));
  assert.equal(readWire({ net: { kept: ["a1"] } }).net, first.net);
  assert.equal(readWire({ net: { kept: ["a1", { w: [1, { number: "inf" }] }] } }).net, first.net);
  assert.throws(() => readWire({ net: { kept: ["b2"] } }), /b2/);
  assert.ok(!held().includes("b2"));
});

test("numbers of which only what is seen was sent lie in the middle of their step", () => {
  const exact = new Float32Array([0.25, NaN]);
  assert.equal(numbersOf({ shape: [2], data: exact }), exact);
  const found = numbersOf({ shape: [3], data: new Int16Array([0, 1, -300]), parts: 200 });
  assert.deepEqual(found, new Float32Array([0, 0.0075, -1.5025]));
});

test("a picture's bytes are added up again, each picture for itself", () => {
  // Two pictures of 2 × 3: the first byte of each has no neighbours, the next those that there are.
  const off = new Uint8Array([250, 10, 0, 1, 2, 255, 7, 0, 0, 0, 0, 3]);
  assert.deepEqual([...smoothed(off, [2, 3])], [250, 4, 4, 251, 7, 6, 7, 7, 7, 7, 7, 10]);
});

test("what is cut short, spoiled or of another size is refused, and at once", () => {
  const raw = new TextEncoder().encode("to see is to know ".repeat(200));
  for (const level of [0, 5]) {
    const packed = new Uint8Array(zlib.deflateSync(raw, { level }));
    for (let length = 0; length < packed.length - 4; length += Math.ceil(packed.length / 40)) {
      assert.throws(() => inflate(packed.subarray(0, length), raw.length), RangeError, `${length} bytes of it`);
    }
    assert.throws(() => inflate(packed, raw.length - 1), RangeError, "more than was said");
    assert.throws(() => inflate(packed, raw.length + 1), RangeError, "less than was said");
  }
});

test("no spoiled byte makes it write beyond its end, or never end", () => {
  const raw = noise(3000).map((v) => v % 7);
  const packed = new Uint8Array(zlib.deflateSync(raw));
  for (let at = 2; at < packed.length; at += 3) {
    const spoiled = packed.slice();
    spoiled[at] ^= 1 << (at % 8);
    try {
      assert.equal(inflate(spoiled, raw.length).length, raw.length); // another content, of that length
    } catch (error) {
      assert.ok(error instanceof RangeError, String(error));
    }
  }
});

test("a message that promises more than it holds is refused", () => {
  const body = new TextEncoder().encode('{"x":{"array":["f4",0,100]}}');
  const head = new Uint8Array(Uint32Array.of(body.length).buffer);
  const whole = new Uint8Array([...head, ...body, ...new Uint8Array(8)]);
  const message = new Uint8Array([
    ...new Uint8Array(Uint32Array.of(whole.length).buffer),
    ...new Uint8Array(zlib.deflateSync(whole)),
  ]);
  assert.throws(() => readWire(message), RangeError);
  assert.throws(() => readWire(message.subarray(0, 3)), RangeError);
});
