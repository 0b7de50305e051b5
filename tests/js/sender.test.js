import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { createSender, nextSequence } from "../../ui/components/shared/sender.js";

test("of a quick series the first goes at once and the newest when Python has answered", () => {
  const sent = [];
  const sender = createSender((value) => sent.push(value));
  for (const value of [1, 2, 3, null, 0]) sender.push(value);
  assert.deepEqual(sent, [1]);
  assert.ok(sender.pending);
  sender.settled();
  assert.deepEqual(sent, [1, 0]);
  sender.settled();
  assert.ok(!sender.pending);
  sender.push(null); // a value like any other
  assert.deepEqual(sent, [1, 0, null]);
  sender.stop();
});

test("an answer that does not come is not waited for for ever", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  const sender = createSender((value) => sent.push(value), 400);
  sender.push(1);
  sender.push(2);
  mock.timers.tick(399);
  assert.deepEqual(sent, [1]);
  mock.timers.tick(1);
  assert.deepEqual(sent, [1, 2]);
  sender.stop();
  mock.timers.reset();
});

test("sequences rise", () => {
  const found = Array.from({ length: 100 }, nextSequence);
  assert.ok(found.every((n, i) => i === 0 || n > found[i - 1]));
  assert.ok(found[0] >= Date.parse("2020-01-01"), "also after a reload");
});
