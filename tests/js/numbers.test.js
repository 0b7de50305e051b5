import assert from "node:assert/strict";
import { test } from "node:test";

import { withNumbers } from "../../ui/components/shared/wire.js";
import { decimalsFor, formatNumber, parseNumber } from "../../ui/components/shared/numbers.js";

test("a number has a true minus sign and a fixed count of decimals", () => {
  const written = [
    [1, 2, "1.00"],
    [-0.5, 1, "−0.5"],
    [-0.004, 2, "0.00"], // never a minus before nothing
    [1234.5678, 3, "1234.568"],
    [NaN, 2, "NaN"],
    [Infinity, 2, "∞"],
    [-Infinity, 2, "−∞"],
  ];
  for (const [value, decimals, text] of written) assert.equal(formatNumber(value, decimals), text);
});

test("what a person types is a number in many ways of writing", () => {
  const typed = { "0,5": 0.5, "−1": -1, "–2": -2, "1/9": 1 / 9, " 1e-3 ": 0.001, "-3/4": -0.75, "+7": 7, ".5": 0.5 };
  for (const [text, value] of Object.entries(typed)) assert.equal(parseNumber(text), value, text);
});

test("and anything else is none", () => {
  for (const text of ["", " ", "seven", "1/2/3", "1/", "/2", "1 2", "0x", "1,2,3", "--1"]) {
    assert.ok(Number.isNaN(parseNumber(text)), text);
  }
});

test("as many decimals as show every value exactly, and no more than the most", () => {
  assert.equal(decimalsFor([1, -2, 300]), 0);
  assert.equal(decimalsFor([0.5, 1]), 1);
  assert.equal(decimalsFor([0.5, 0.25]), 2);
  assert.equal(decimalsFor([1 / 3]), 2);
  assert.equal(decimalsFor([1 / 3], 4), 4);
  assert.equal(decimalsFor(new Float32Array([0.1, -0.7])), 1);
  assert.equal(decimalsFor([]), 0);
});

test("marks become the numbers that JSON cannot say, wherever they are", () => {
  const sent = { a: [1, { number: "nan" }, { b: { number: "-inf" } }], c: { number: "inf" }, d: null, e: "nan" };
  assert.deepEqual(withNumbers(sent), { a: [1, NaN, { b: -Infinity }], c: Infinity, d: null, e: "nan" });
  assert.deepEqual(withNumbers({ number: 3 }), { number: 3 });
  assert.deepEqual(withNumbers({ number: "toString" }), { number: "toString" });
});
