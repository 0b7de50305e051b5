// What outlives the pad's element. A page that is left takes its elements along: the drawing stays
// here, with its undo, for as long as the tab is open. Python keeps the ink; over a reload the tab
// remembers the steps (memory.js).

import { forgetDrawing, recallDrawing, rememberDrawing } from "./memory.js";

/** @import { Data, Pad, SampleData } from "./draw_pad.js" */
/** @import { Drawing } from "./drawing.js" */

/**
 * @typedef {object} Past  a pad as it was left
 * @property {Drawing} drawing
 * @property {number} sequence
 * @property {string | null} start
 * @property {string | null} loaded
 * @property {number} brush
 * @property {boolean} untouched
 * @property {boolean} unsent
 * @property {SampleData[]} samples
 */

// The page's, not this module's: see field.js.
const page = /** @type {{ convscopePads?: Map<string, Past> }} */ (globalThis);
const kept = (page.convscopePads ??= new Map());

/** @param {Pad} pad */
export function keep(pad) {
  kept.set(pad.data.key, {
    drawing: pad.drawing,
    sequence: pad.courier.sequence,
    start: pad.data.start,
    loaded: pad.loaded,
    brush: pad.tools.brush,
    untouched: pad.untouched,
    unsent: pad.courier.changed,
    samples: pad.samples.offered,
  });
  keepForReload(pad);
}

/** Only what is finished, and only once; what the page begins with needs no memory.  @param {Pad} pad */
function keepForReload(pad) {
  if (pad.moving) return;
  const state = `${pad.drawing.version} ${pad.untouched}`;
  if (state === pad.remembered) return;
  pad.remembered = state;
  if (pad.untouched || !pad.drawing.steps.length) forgetDrawing(pad.data.key);
  else rememberDrawing(pad.data.key, pad.drawing);
}

/** The samples that the pad had.  @param {string} key */
export function keptSamples(key) {
  return kept.get(key)?.samples ?? [];
}

/** A fresh element takes up the drawing where it was left.  @param {Pad} pad  @param {Data} data */
export function takeUp(pad, data) {
  const past = kept.get(data.key);
  pad.tools.setBrush(data.brush);
  pad.courier.sequence = pad.courier.answered = data.sequence;
  // Without a drawing of its own Python begins with the link's sample.
  const same = data.sequence > 0 || past?.start === data.start;
  if (past && same && past.sequence >= data.sequence) takePast(pad, past, data);
  else if (!takeRemembered(pad, data)) takeGiven(pad, data);
}

/** @param {Pad} pad  @param {Past} past  @param {Data} data */
function takePast(pad, past, data) {
  pad.drawing = past.drawing;
  pad.loaded = past.loaded;
  pad.untouched = past.untouched;
  pad.tools.setBrush(past.brush);
  pad.courier.sequence = pad.courier.answered = past.sequence;
  if (past.unsent || past.sequence > data.sequence) pad.courier.touch();
}

/** What the tab remembers over a reload; false where that is nothing.  @param {Pad} pad  @param {Data} data */
function takeRemembered(pad, data) {
  const steps = data.recall && !data.sequence ? recallDrawing(data.key, pad.samples.all) : null;
  if (!steps) return false;
  for (const step of steps) pad.drawing.push(step);
  pad.courier.touch();
  return true;
}

/** What Python gives: a sample, or the ink of a drawing that it has.  @param {Pad} pad  @param {Data} data */
function takeGiven(pad, data) {
  const sample = pad.samples.find(data.start);
  if (sample) {
    pad.drawing.push({ kind: "sample", id: sample.id, strokes: sample.strokes });
    pad.untouched = data.sequence === 0;
  } else if (data.restore) pad.drawing.push({ kind: "image", bytes: data.restore });
  pad.loaded = data.load && !data.load.ink ? data.load.id : null;
}
