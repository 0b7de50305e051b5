// The drawing pad. The ink is counted in ink.js, what was done is kept in drawing.js, pen.js holds
// the pen and courier.js tells Python; here these are tied together and put on the screen.

import { prefersStill } from "../shared/canvas.js";
import { find, rootOf } from "../shared/dom.js";
import { onField } from "../shared/field.js";
import { held } from "../shared/kept.js";
import { readTheme } from "../shared/theme.js";
import { Courier } from "./courier.js";
import { Cursor } from "./cursor.js";
import { Drawing } from "./drawing.js";
import { Glance } from "./glance.js";
import { Stroke, packInk } from "./ink.js";
import { keep, keptSamples, takeUp } from "./keeping.js";
import { listenToKeys, listenToPointers } from "./pen.js";
import { Player, Samples } from "./samples.js";
import { Screen } from "./screen.js";
import { Seen } from "./seen.js";
import { Tools } from "./tools.js";
import { Voice } from "./voice.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Area } from "../shared/field.js" */
/** @import { Place, Theme } from "../shared/theme.js" */
/** @import { Message } from "./courier.js" */
/** @import { GlanceData } from "./glance.js" */
/** @import { Sample } from "./samples.js" */

/** @typedef {[number, number, number, number]} Box  top, left, bottom, right, in pixels of the ink */
/**
 * @typedef {object} Fit  how the drawing becomes the network's image
 * @property {Uint8Array} image
 * @property {number} side  of the image
 * @property {Box | null} box  around the ink; null: there is none, or nothing was fitted
 * @property {[number, number]} [centre]  row and column of the ink's centre of mass
 * @property {[number, number]} [shift]  pixels of the image that it was moved by
 * @property {number} [scale]
 * @property {Box} frame  of the image on the paper
 * @property {string} caption
 */
/** @typedef {{ id: string, label: string, width: number, strokes: Uint16Array[] }} SampleData  x, y, …; 65535 is the side */
/**
 * @typedef {object} Data
 * @property {string} key
 * @property {number} sequence  of the drawing that Python has seen
 * @property {Fit | null} fit
 * @property {string} text  the answer in words
 * @property {GlanceData | null} glance
 * @property {SampleData[] | null} samples  null: those that were given before
 * @property {string | null} start  the sample to begin with
 * @property {boolean} recall  what the tab remembers comes first
 * @property {number} epoch
 * @property {boolean} tellsRest
 * @property {number} brush
 * @property {number} side  of the paper at most, CSS pixels
 * @property {string} label
 * @property {boolean} fixed  a task holds the drawing
 * @property {boolean} projector
 * @property {Uint8Array} [restore]  the ink of a drawing that only Python has
 * @property {{ id: string, ink?: Uint8Array }} [load]  ink that replaces the drawing, once for each id
 */
/** @typedef {{ drawing: Message, rest: number }} State */

const REST_TIME = 600; // ms without a change before the drawing counts as finished

/** @type {WeakMap<Place, Pad>} */
const pads = new WeakMap();

export class Pad {
  /** @type {Area} Receptive field that another component announced. */
  area = null;
  /** Where a mouse hovers.  @type {[number, number] | null} */
  over = null;
  /** The sample of the beginning is there and nothing else. */
  untouched = false;
  /** Id of the ink that was loaded last.  @type {string | null} */
  loaded = null;
  /** What the tab remembers already, see keeping.js. */
  remembered = "";
  /** Something was sent since the fitted image was seen to move. */
  restless = false;
  /** Number of the drawing whose rest Python was told of. */
  rested = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  restTimer;

  /** @param {Component<Data, State>} component */
  constructor(component) {
    const { data, parentElement, setStateValue, setTriggerValue } = component;
    this.data = data;
    this.host = parentElement;
    this.root = rootOf(parentElement);
    /** @type {Theme} */
    this.theme = readTheme(parentElement);
    this.paper = find(this.root, ".paper", HTMLElement);
    this.answer = find(this.root, ".answer", HTMLElement);
    this.voice = new Voice(find(this.root, '[role="status"]', HTMLElement));
    this.seen = new Seen(this.root);
    this.glance = new Glance(this.root);
    this.player = new Player();
    this.drawing = new Drawing();
    /** @type {(message: Message) => void} */
    this.send = (message) => setStateValue("drawing", message);
    this.tellRest = () => setTriggerValue("rest", this.courier.sequence);
    this.courier = new Courier(
      () => this.compose(),
      (message) => this.emit(message),
    );
    this.screen = new Screen(this);
    this.cursor = new Cursor(this);
    this.tools = new Tools(this.root, this);
    this.samples = new Samples(this.root, (sample) => this.play(sample));
    listenToPointers(this);
    listenToKeys(this);
    this.samples.offer(data.samples ?? keptSamples(data.key));
    this.stopHearing = onField(data.key, (area) => {
      this.area = area;
      this.wake();
    });
    this.stopWatching = onTouchElsewhere(this.root, () => this.courier.hurry());
    takeUp(this, data);
    this.rested = this.courier.answered; // the page has been drawn with it
  }

  /** A stroke, or a sample that draws itself, is under way. */
  get moving() {
    return Boolean(this.drawing.current || this.player.step);
  }

  // ---- from Python

  /** @param {Component<Data, State>} component */
  update({ data, setStateValue, setTriggerValue }) {
    const restart = data.epoch !== this.data.epoch;
    this.data = data;
    this.send = (message) => setStateValue("drawing", message);
    this.tellRest = () => setTriggerValue("rest", this.courier.sequence);
    this.theme = readTheme(this.host);
    this.root.classList.toggle("projector", data.projector);
    this.paper.setAttribute("aria-label", data.label);
    for (const part of this.root.querySelectorAll(".paper, .tools, .samples")) {
      if (part instanceof HTMLElement) part.inert = data.fixed;
    }
    this.answer.hidden = !data.text;
    this.answer.textContent = data.text;
    this.glance.show(data.glance);
    this.root.classList.toggle("at-a-glance", Boolean(data.glance));
    this.samples.offer(data.samples ?? keptSamples(data.key));
    if (restart) this.restart(data.start);
    if (data.load && data.load.id !== this.loaded) this.load(data.load);
    this.hearAnswer(data);
    this.screen.forget(); // the theme may have changed
    this.screen.fitToRoom();
  }

  /** The page was reset: as at the beginning, but what was there can be brought back.  @param {string | null} start */
  restart(start) {
    this.finishSample();
    this.drawing.end();
    const sample = this.samples.find(start);
    if (sample) this.play(sample);
    else this.clear();
    this.untouched = Boolean(sample);
  }

  /** @param {{ id: string, ink?: Uint8Array }} load */
  load({ id, ink }) {
    this.penUp();
    this.finishSample();
    this.loaded = id;
    if (ink) this.drawing.push({ kind: "image", bytes: ink });
    this.inkChanged();
  }

  /** @param {Data} data */
  hearAnswer(data) {
    this.courier.hear(data.sequence);
    const settled = !this.moving && !this.courier.busy;
    this.seen.show(data.fit, settled && this.restless);
    if (settled) this.restless = false;
    this.root.dataset.busy = String(!settled);
    if (settled && this.courier.sequence !== this.rested) {
      clearTimeout(this.restTimer);
      this.restTimer = setTimeout(() => this.rest(), REST_TIME);
    }
    if (settled && data.text) this.voice.say(data.text);
    keep(this);
  }

  // Nothing has moved for a while: what takes longer to work out may now be asked for.
  rest() {
    if (!this.data.tellsRest || this.moving) return;
    if (this.courier.busy || this.courier.sequence === this.rested) return;
    this.rested = this.courier.sequence;
    this.tellRest();
  }

  compose() {
    this.restless = true;
    const { drawing, loaded, moving } = this;
    const { epoch } = this.data;
    const ink = packInk(drawing.inkNow());
    return { ink, preset: drawing.origin(), epoch, loaded, moving, held: held() }; // held: by all components of the page
  }

  /** @param {Message} message */
  emit(message) {
    this.root.dataset.sequence = String(message.sequence);
    this.send(message);
    keep(this);
  }

  // ---- the pen

  /** @param {number} x  @param {number} y  @param {number} radius  @param {boolean} erase  @param {boolean} smooth */
  penDown(x, y, radius, erase, smooth) {
    this.finishSample();
    clearTimeout(this.restTimer);
    // The sample that was there at first makes room; one that was asked for is drawn upon.
    if (this.untouched && !erase) this.drawing.push({ kind: "clear" });
    this.untouched = false;
    const stroke = new Stroke(erase, smooth);
    this.drawing.begin(stroke);
    stroke.add(x, y, radius);
    this.inkMoved();
  }

  /** @param {number} x  @param {number} y  @param {number} radius */
  penMove(x, y, radius) {
    if (this.drawing.current?.add(x, y, radius)) this.drawing.extend();
  }

  // The present stroke has grown.
  inkMoved() {
    if (!this.drawing.current) return;
    this.drawing.extend();
    this.inkChanged();
  }

  penUp() {
    if (!this.drawing.current) return;
    this.drawing.end();
    this.cursor.down = false;
    this.inkChanged();
  }

  inkChanged() {
    this.root.dataset.busy = "true"; // until Python has answered the drawing as it is now
    this.courier.touch();
    this.wake();
  }

  /** @param {[number, number] | null} place */
  hover(place) {
    this.over = place;
    this.wake();
  }

  // ---- the drawing as a whole

  undo() {
    this.change(() => this.drawing.undo(), "Undone");
  }

  redo() {
    this.change(() => this.drawing.redo(), "Done again");
  }

  clear() {
    this.change(() => !this.drawing.blank && this.drawing.push({ kind: "clear" }), "Cleared");
  }

  invert() {
    this.change(() => this.drawing.push({ kind: "invert" }), "Ink and paper swapped");
  }

  /** @param {() => boolean} act  false: there was nothing to do  @param {string} words */
  change(act, words) {
    this.penUp();
    this.untouched = false;
    this.finishSample();
    if (!act()) return;
    this.voice.say(words);
    this.inkChanged();
  }

  /** @param {Sample} sample */
  play(sample) {
    this.penUp();
    this.untouched = false;
    this.finishSample();
    const step = { kind: /** @type {const} */ ("sample"), id: sample.id, strokes: sample.strokes };
    if (!prefersStill()) this.player.start(step, performance.now());
    this.drawing.push(step);
    this.inkChanged();
  }

  finishSample() {
    if (this.player.finish()) this.drawing.redraw();
  }

  // ---- the screen

  wake() {
    this.screen.wake();
  }

  /** A sample that draws itself goes on.  @param {number} now */
  advance(now) {
    if (!this.player.advance(now)) return;
    this.drawing.redraw();
    this.courier.touch();
  }

  dispose() {
    this.screen.stop();
    if (this.moving) this.courier.changed = true;
    this.drawing.end();
    this.finishSample();
    keep(this);
    this.voice.stop();
    clearTimeout(this.restTimer);
    this.courier.stop();
    this.stopHearing();
    this.stopWatching();
  }
}

/**
 * Hear that another part of the page is pressed, before that part does; until the result is called.
 * @param {Element} own
 * @param {() => void} act
 */
function onTouchElsewhere(own, act) {
  const watch = new AbortController();
  /** @param {Event} event */
  const pressed = (event) => {
    if (!event.composedPath().includes(own)) act();
  };
  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, pressed, { capture: true, signal: watch.signal });
  }
  return () => watch.abort();
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { parentElement } = component;
  const pad = pads.get(parentElement) ?? new Pad(component);
  pads.set(parentElement, pad);
  pad.update(component);
  return () => {
    pad.dispose();
    pads.delete(parentElement);
  };
}
