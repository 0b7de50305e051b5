import assert from "node:assert/strict";
import { test } from "node:test";

import { colourScale, css, inkOn, maxAbs, mix } from "../../ui/components/shared/colour.js";
import { PALETTE } from "../../ui/components/shared/palette.js";
import { parseColour } from "../../ui/components/shared/theme.js";

const KINDS = ["activation", "weight", "gradient"];
const THEMES = ["light", "dark"];

test("colours are read as CSS writes them", () => {
  assert.deepEqual(parseColour(" #01fF10 "), [1, 255, 16]);
  assert.deepEqual(parseColour("rgb(1, 2, 3)"), [1, 2, 3]);
  assert.deepEqual(parseColour("rgba(1 2 3 / 0.5)"), [1, 2, 3]);
  assert.deepEqual(parseColour("none"), [255, 255, 255]);
  assert.equal(css([1.4, 2.6, 3], 0.5), "rgba(1, 3, 3, 0.5)");
});

test("a diverging scale goes from end to end through the surface's own neutral", () => {
  for (const kind of KINDS) {
    for (const theme of THEMES) {
      const scale = colourScale(kind, theme, 2);
      const stops = PALETTE.diverging[kind][theme].map(parseColour);
      assert.deepEqual([-2, -1, 0, 1, 2].map(scale), stops);
      assert.deepEqual([scale(-9), scale(9)], [stops[0], stops[4]]);
      assert.deepEqual(scale(0.5), mix(stops[2], stops[3], 0.5));
    }
  }
});

test("where all is zero the scale is neutral", () => {
  assert.deepEqual(colourScale("weight", "light", 0)(0), parseColour(PALETTE.diverging.weight.light[2]));
});

test("what is no number has the accent, on every scale", () => {
  for (const kind of [...KINDS, "grey"]) {
    for (const value of [NaN, Infinity, -Infinity]) {
      assert.deepEqual(colourScale(kind, "dark", 1)(value), parseColour(PALETTE.accent.dark));
    }
  }
});

test("grey goes from the least to ink", () => {
  const scale = colourScale("grey", "light", 3, 1);
  const [paper, ink] = PALETTE.grey.light.map(parseColour);
  assert.deepEqual([scale(0), scale(1), scale(2), scale(3), scale(4)], [paper, paper, mix(paper, ink, 0.5), ink, ink]);
});

function luminance([r, g, b]) {
  const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}

test("text on any colour reads at 4.5 to 1", () => {
  const steps = [0, 32, 64, 96, 128, 160, 192, 224, 255];
  for (const r of steps) {
    for (const g of steps) {
      for (const b of steps) {
        const [x, y] = [luminance([r, g, b]), luminance(parseColour(inkOn([r, g, b])))];
        assert.ok((Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05) >= 4.5, `${r} ${g} ${b}`);
      }
    }
  }
});

test("the range of a map does not count what is no number", () => {
  assert.equal(maxAbs([1, -3, NaN, -Infinity]), 3);
  assert.equal(maxAbs([]), 0);
});
