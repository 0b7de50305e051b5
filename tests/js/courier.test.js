import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Courier } from "../../ui/components/draw_pad/courier.js";

/** A courier, and what it has sent. */
function courier() {
  /** @type {number[]} */
  const sent = [];
  const content = { ink: "", preset: null, loaded: null, moving: false };
  const one = new Courier(
    () => content,
    ({ sequence }) => sent.push(sequence),
  );
  return { one, sent };
}

test("one drawing is under way at a time, and the newest is sent at last", () => {
  const { one, sent } = courier();
  for (let i = 0; i < 5; i++) one.touch();
  assert.deepEqual(sent, [1]);
  one.hear(1);
  assert.deepEqual(sent, [1, 2]);
  one.hear(2);
  assert.ok(!one.busy);
  one.stop();
});

test("an answer that does not come is waited for longer and longer", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { one, sent } = courier();
  one.touch();
  mock.timers.tick(2500);
  assert.deepEqual(sent, [1, 2]);
  mock.timers.tick(2500);
  assert.deepEqual(sent, [1, 2], "twice as long");
  mock.timers.tick(2500);
  assert.deepEqual(sent, [1, 2, 3]);
  one.stop();
  mock.timers.reset();
});

test("a server that was started anew is told again", () => {
  const { one, sent } = courier();
  one.touch();
  one.hear(1);
  one.hear(0);
  assert.deepEqual(sent, [1, 2]);
  one.stop();
});

test("who turns to something else does so with the drawing as it is", () => {
  const { one, sent } = courier();
  one.touch();
  one.hurry();
  assert.deepEqual(sent, [1], "it has left already");
  one.touch();
  one.hurry();
  assert.deepEqual(sent, [1, 2], "without waiting for an answer");
  one.hear(1);
  assert.ok(one.busy, "the first answer is not the second's");
  one.hear(2);
  assert.ok(!one.busy);
  one.stop();
});
