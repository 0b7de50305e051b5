import assert from "node:assert/strict";
import { test } from "node:test";

import { percent } from "../../ui/components/chance_bars/chance_bars.js";

test("a share is told with a decimal where it would look like nothing or like all", () => {
  assert.equal(percent(0.951), "95 %");
  assert.equal(percent(0.087), "8.7 %");
  assert.equal(percent(0.9961), "99.6 %");
  assert.equal(percent(0.0004), "< 0.1 %");
  assert.equal(percent(1), "100 %");
  assert.equal(percent(0), "0.0 %");
});
