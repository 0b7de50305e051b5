import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createEar } from "../../ui/components/listener/ear.js";

const EVERY = 1000;
let server, told, asked, hidden, pressed, ear;

/** Lets time go by in which `count` looks are due, and what they wait for come. */
async function looks(count) {
  for (let look = 0; look < count; look++) {
    mock.timers.tick(1.2 * EVERY);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  [server, told, asked, hidden, pressed] = ["a", [], 0, false, false];
  ear = createEar({
    ask: async () => (asked++, server),
    tell: (mark) => told.push(mark),
    busy: () => pressed,
    away: () => hidden,
  });
  ear.made("a", EVERY);
});

afterEach(() => {
  ear.end();
  mock.timers.reset();
});

test("while nothing is new it asks and tells nobody", async () => {
  await looks(10);
  assert.equal(asked, 10);
  assert.deepEqual(told, []);
});

test("what is new is told once, and when the page has it all is quiet", async () => {
  server = "b";
  await looks(2);
  assert.deepEqual(told, ["b"]);
  ear.made("b", EVERY);
  await looks(5);
  assert.deepEqual(told, ["b"]);
});

test("what was lost on the way is told again, and seldom", async () => {
  server = "b";
  await looks(9);
  assert.deepEqual(told, ["b", "b", "b"]);
});

test("something newer does not wait for that", async () => {
  server = "b";
  await looks(1);
  server = "c";
  await looks(1);
  assert.deepEqual(told, ["b", "c"]);
});

test("a hidden tab does not ask, and looks at once when it is seen again", async () => {
  hidden = true;
  server = "b";
  await looks(5);
  assert.equal(asked, 0);
  hidden = false;
  await ear.look();
  assert.deepEqual([asked, told], [1, ["b"]]);
});

test("while a pen is down nothing moves", async () => {
  pressed = true;
  server = "b";
  await looks(3);
  assert.deepEqual(told, []);
  pressed = false;
  await looks(1);
  assert.deepEqual(told, ["b"]);
});

test("a server that does not answer is asked again, one question at a time", async () => {
  server = null;
  await looks(3);
  assert.deepEqual(told, []);
  server = "b";
  await looks(1);
  assert.deepEqual(told, ["b"]);
  ear.look();
  ear.look();
  await looks(0);
  assert.equal(asked, 5);
});

test("what has ended asks no more", async () => {
  ear.end();
  await looks(3);
  assert.equal(asked, 0);
});
