import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Drawing } from "../../ui/components/draw_pad/drawing.js";
import { strokeThrough } from "../../ui/components/draw_pad/ink.js";
import { recallDrawing, rememberDrawing } from "../../ui/components/draw_pad/memory.js";

/** @type {Map<string, string>} */
const storage = new Map();
Object.assign(globalThis, {
  sessionStorage: {
    getItem: (/** @type {string} */ name) => storage.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ text) => storage.set(name, text),
    removeItem: (/** @type {string} */ name) => storage.delete(name),
  },
});
beforeEach(() => storage.clear());

const samples = [{ id: "two", label: "a two", strokes: [strokeThrough([[0.5, 0.5]], 6)] }];

test("a drawing comes back after a reload, step by step", () => {
  const drawing = new Drawing();
  drawing.push({ kind: "sample", id: "two", strokes: samples[0].strokes });
  drawing.push({
    kind: "stroke",
    stroke: strokeThrough(
      [
        [0.1, 0.1],
        [0.9, 0.4],
      ],
      9,
    ),
  });
  drawing.push({ kind: "invert" });
  rememberDrawing("pad", drawing);
  const again = new Drawing();
  for (const step of recallDrawing("pad", samples) ?? []) again.push(step);
  assert.deepEqual(
    again.steps.map(({ kind }) => kind),
    ["sample", "stroke", "invert"],
  );
  assert.ok(again.ink.every((v, i) => Math.abs(v - drawing.ink[i]) < 0.02));
});

test("what cannot be read any more is nothing, not an error", () => {
  const spoiled = [
    "{",
    "7",
    '{"kind":"stroke"}',
    '[{"kind":"stroke","path":[1,2]}]',
    '[{"kind":"stroke","path":[1,2,null]}]',
    '[{"kind":"sample","id":"gone"}]',
    '[{"kind":"image","ink":"%"}]',
    '[{"kind":"explode"}]',
    "[null]",
  ];
  for (const text of spoiled) {
    storage.set("convscope.pad.pad", text);
    assert.equal(recallDrawing("pad", samples), null, text);
  }
});
