import assert from "node:assert/strict";
import test from "node:test";

import { plainName } from "../../ui/components/shared/take_away.js";

test("a file has a name that every machine takes", () => {
  assert.equal(plainName("convscope Padding and stride"), "convscope-padding-and-stride");
  assert.equal(plainName("../../etc/passwd\u0000<b>"), "etc-passwd-b");
  assert.equal(plainName("∂E/∂f"), "e-f");
  assert.equal(plainName("…"), "picture");
  assert.equal(plainName("a".repeat(300)).length, 60);
});
