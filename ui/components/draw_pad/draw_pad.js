// The drawing pad. The ink is counted in ink.js, what was done is kept in drawing.js, pen.js holds
// the pen and courier.js tells Python; here these are tied together and put on the screen.

import { prefersStill } from "../shared/canvas.js";
import { onField } from "../shared/field.js";
import { held } from "../shared/kept.js";
import { readTheme } from "../shared/theme.js";
import { Courier } from "./courier.js";
import { Drawing } from "./drawing.js";
import { Glance } from "./glance.js";
import { SIDE, Stroke, packInk } from "./ink.js";
import { forgetDrawing, recallDrawing, rememberDrawing } from "./memory.js";
import { listenToKeys, listenToPointers } from "./pen.js";
import { Player, readSamples, sampleButton } from "./samples.js";
import { paintMarks, paintPaper, paintTools } from "./screen.js";
import { Seen } from "./seen.js";

const REST_TIME = 600; // ms without a change before the drawing counts as finished

// CSS pixels
const WIDEST = 380;
const BORDER = 1;
const BESIDE = 190; // room for the network's image at the paper's right …
const BESIDE_FROM = 500; // … where the component is at least so wide; else it lies below

// A page that is left takes its elements along. What was drawn stays here, with its undo, for as
// long as the tab is open; Python keeps the ink.
const kept = (globalThis.convscopePads ??= new Map());
const pads = new WeakMap();

class Pad {
  constructor(parentElement) {
    this.host = parentElement;
    this.root = parentElement.querySelector(".pad");
    this.paper = this.root.querySelector(".paper");
    this.inkCanvas = this.root.querySelector(".ink");
    this.marks = this.root.querySelector(".marks");
    this.status = this.root.querySelector('[role="status"]');
    this.seen = new Seen(this.root);
    this.glance = new Glance(this.root);
    this.player = new Player();
    this.sheet = document.createElement("canvas");
    this.drawing = new Drawing();
    this.courier = new Courier(
      () => this.compose(),
      (message) => this.emit(message),
    );
    this.cursor = { x: SIDE / 2, y: SIDE / 2, down: false, shown: false };
    this.over = null; // where a mouse hovers
    this.area = null; // receptive field that another component announced
    this.erasing = false;
    this.untouched = false; // the sample of the beginning is there and nothing else
    this.rested = 0; // number of the drawing whose rest Python was told of
    this.brush = 9;
    this.frame = 0;
    this.samples = [];
    this.spoken = "";
    this.resizing = new ResizeObserver(() => this.fitToRoom());
    this.resizing.observe(this.root);
    listenToPointers(this);
    listenToKeys(this);
    this.listenToTools();
  }

  button(name) {
    return this.root.querySelector(`[name="${name}"]`);
  }

  listenToTools() {
    for (const name of ["pen", "eraser"]) this.button(name).onclick = () => this.choose(name);
    for (const name of ["undo", "redo", "clear", "invert"]) {
      this.button(name).onclick = () => this[name]();
    }
    this.root.querySelector(".width input").oninput = (event) => {
      this.setBrush(Number(event.target.value));
    };
    this.button("marking").onchange = () => this.wake();
  }

  // ---- from Python

  update({ data, setStateValue, setTriggerValue }) {
    const first = !this.data;
    const restart = !first && data.epoch !== this.data.epoch;
    this.data = data;
    this.send = (message) => setStateValue("drawing", message);
    this.tellRest = () => setTriggerValue("rest", this.courier.sequence);
    this.theme = readTheme(this.host);
    this.root.classList.toggle("projector", Boolean(data.projector));
    this.paper.setAttribute("aria-label", data.label);
    for (const part of this.root.querySelectorAll(".paper, .tools, .samples")) part.inert = data.fixed;
    const answer = this.root.querySelector(".answer");
    answer.hidden = !data.text;
    answer.textContent = data.text;
    this.glance.show(data.glance);
    this.root.classList.toggle("at-a-glance", Boolean(data.glance));
    const offered = data.samples ?? kept.get(data.key)?.samples ?? [];
    if (offered !== this.offered) this.buildSamples(offered);
    if (first) this.begin(data);
    if (restart) this.restart(data.start);
    if (data.load && data.load.id !== this.loaded) this.load(data.load);
    this.hearAnswer(data);
    this.painted = null; // the theme may have changed
    this.fitToRoom();
  }

  // A fresh element: take up the drawing where it was left.
  begin(data) {
    this.stopHearing = onField(data.key, (area) => {
      this.area = area;
      this.wake();
    });
    this.takeUp(data);
    this.rested = this.courier.answered; // the page has been drawn with it
  }

  takeUp(data) {
    const past = kept.get(data.key);
    this.setBrush(data.brush);
    this.courier.sequence = this.courier.answered = data.sequence;
    // Without a drawing of its own Python begins with the link's sample.
    const same = data.sequence > 0 || past?.start === data.start;
    if (past && same && past.sequence >= data.sequence) {
      this.drawing = past.drawing;
      this.loaded = past.loaded;
      this.untouched = past.untouched;
      this.setBrush(past.brush);
      this.courier.sequence = this.courier.answered = past.sequence;
      if (past.unsent || past.sequence > data.sequence) this.courier.touch();
      return;
    }
    const remembered = data.recall && !data.sequence && recallDrawing(data.key, this.samples);
    if (remembered) {
      for (const step of remembered) this.drawing.push(step);
      this.courier.touch();
      return;
    }
    const sample = this.samples.find(({ id }) => id === data.start);
    if (sample) {
      this.drawing.push({ kind: "sample", id: sample.id, strokes: sample.strokes });
      this.untouched = data.sequence === 0;
    } else if (data.restore) this.drawing.push({ kind: "image", bytes: data.restore });
    this.loaded = data.load && !data.load.ink ? data.load.id : null;
  }

  // The page was reset: as at the beginning, but what was there can be brought back.
  restart(start) {
    this.finishSample();
    this.drawing.end();
    const sample = this.samples.find(({ id }) => id === start);
    if (sample) this.play(sample);
    else this.clear();
    this.untouched = Boolean(sample);
  }

  load({ id, ink }) {
    this.penUp();
    this.finishSample();
    this.loaded = id;
    if (ink) this.drawing.push({ kind: "image", bytes: ink });
    this.inkChanged();
  }

  hearAnswer(data) {
    this.courier.hear(data.sequence);
    const rest = !this.drawing.current && !this.player.step;
    const newest = !this.courier.busy;
    this.seen.show(data.fit, rest && newest && this.restless);
    if (rest && newest) this.restless = false;
    this.root.dataset.busy = String(!rest || this.courier.busy);
    if (rest && newest && this.courier.sequence !== this.rested) {
      clearTimeout(this.restTimer);
      this.restTimer = setTimeout(() => this.rest(), REST_TIME);
    }
    if (rest && newest && data.text) this.say(data.text);
    this.keep();
  }

  // Nothing has moved for a while: what takes longer to work out may now be asked for.
  rest() {
    if (!this.data.tellsRest || this.drawing.current || this.player.step) return;
    if (this.courier.busy || this.courier.sequence === this.rested) return;
    this.rested = this.courier.sequence;
    this.tellRest();
  }

  keep() {
    kept.set(this.data.key, {
      drawing: this.drawing,
      sequence: this.courier.sequence,
      start: this.data.start,
      loaded: this.loaded,
      brush: this.brush,
      untouched: this.untouched,
      unsent: this.courier.changed,
      samples: this.offered,
    });
    this.keepForReload();
  }

  // Only what is finished, and only once; what the page begins with needs no memory.
  keepForReload() {
    if (this.drawing.current || this.player.step) return;
    const state = `${this.drawing.version} ${this.untouched}`;
    if (state === this.remembered) return;
    this.remembered = state;
    if (this.untouched || !this.drawing.steps.length) forgetDrawing(this.data.key);
    else rememberDrawing(this.data.key, this.drawing);
  }

  compose() {
    this.restless = true;
    return {
      ink: packInk(this.drawing.inkNow()),
      preset: this.drawing.origin(),
      loaded: this.loaded,
      moving: Boolean(this.drawing.current || this.player.step),
      held: held(), // of what all components of the page were given
    };
  }

  emit(message) {
    this.root.dataset.sequence = message.sequence;
    this.send(message);
    this.keep();
  }

  // ---- the pen

  penDown(x, y, radius, erase, smooth) {
    this.finishSample();
    clearTimeout(this.restTimer);
    // The sample that was there at first makes room; one that was asked for is drawn upon.
    if (this.untouched && !erase) this.drawing.push({ kind: "clear" });
    this.untouched = false;
    this.drawing.begin(new Stroke(erase, smooth));
    this.drawing.current.add(x, y, radius);
    this.inkMoved();
  }

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

  hover(x, y) {
    this.over = x === null ? null : [x, y];
    this.wake();
  }

  // ---- the keyboard's pen

  moveCursor(dx, dy) {
    const { cursor } = this;
    cursor.shown = true;
    cursor.x = Math.min(SIDE, Math.max(0, cursor.x + dx));
    cursor.y = Math.min(SIDE, Math.max(0, cursor.y + dy));
    if (cursor.down) {
      this.penMove(cursor.x, cursor.y, this.brush / 2);
      this.inkMoved();
    } else this.sayLater(() => `Pen at ${this.placeName()}`);
    this.wake();
  }

  toggleCursor() {
    const { cursor } = this;
    cursor.shown = true;
    if (cursor.down) this.penUp();
    else {
      cursor.down = true;
      this.penDown(cursor.x, cursor.y, this.brush / 2, this.erasing, false);
    }
    this.say(`Pen ${cursor.down ? "down" : "up"} at ${this.placeName()}`);
    this.wake();
  }

  hideCursor() {
    if (this.cursor.down) this.penUp();
    this.cursor.shown = false;
    this.wake();
  }

  // Places are told in hundredths of the side: short, and the same at any size.
  placeName() {
    const percent = (v) => Math.round((100 * v) / SIDE);
    return `${percent(this.cursor.x)} across, ${percent(this.cursor.y)} down, of 100`;
  }

  // ---- the tools

  choose(name) {
    this.erasing = name === "eraser";
    for (const tool of ["pen", "eraser"]) {
      this.button(tool).setAttribute("aria-pressed", String(tool === name));
    }
    this.wake();
  }

  setBrush(width) {
    const slider = this.root.querySelector(".width input");
    this.brush = Math.min(Number(slider.max), Math.max(Number(slider.min), width));
    slider.value = this.brush;
    slider.setAttribute("aria-valuetext", `${this.brush} of ${SIDE} pixels`);
    this.wake();
  }

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

  change(act, words) {
    this.penUp();
    this.untouched = false;
    this.finishSample();
    if (act() === false) return;
    this.say(words);
    this.inkChanged();
  }

  play(sample) {
    this.penUp();
    this.untouched = false;
    this.finishSample();
    const step = { kind: "sample", id: sample.id, strokes: sample.strokes };
    if (!prefersStill()) this.player.start(step, performance.now());
    this.drawing.push(step);
    this.inkChanged();
  }

  finishSample() {
    if (this.player.finish()) this.drawing.redraw();
  }

  buildSamples(samples) {
    const news = JSON.stringify(samples) !== JSON.stringify(this.offered);
    this.offered = samples;
    if (!news) return;
    this.samplesLook = null;
    this.samples = readSamples(samples);
    const row = this.root.querySelector(".samples");
    row.hidden = !samples.length;
    row.replaceChildren(...this.samples.map((s) => sampleButton(s, () => this.play(s))));
  }

  // ---- the screen

  fitToRoom() {
    const beside = this.root.clientWidth >= BESIDE_FROM && !this.seen.figure.hidden;
    this.root.classList.toggle("beside", beside);
    const room = this.root.clientWidth - (beside ? BESIDE : 0) - 2 * BORDER;
    const side = Math.max(160, Math.min(this.data?.side ?? WIDEST, Math.floor(room)));
    if (side !== this.side) {
      this.side = side;
      this.paper.style.width = this.paper.style.height = `${side}px`;
    }
    this.wake();
  }

  wake() {
    this.frame ||= requestAnimationFrame((now) => this.paint(now));
  }

  paint(now) {
    this.frame = 0;
    if (!this.data || !this.root.isConnected) return;
    if (this.player.advance(now)) {
      this.drawing.redraw();
      this.courier.touch();
    }
    paintPaper(this);
    paintMarks(this);
    this.glance.paint(this.theme, this.side);
    const small = this.root.classList.contains("projector") ? 140 : 112;
    this.seen.paint(this.inkCanvas, this.theme, small, now);
    paintTools(this);
    if (this.player.step || this.seen.moving) this.wake();
  }

  // ---- words for a screen reader

  say(words) {
    clearTimeout(this.sayTimer);
    if (words !== this.spoken) this.status.textContent = this.spoken = words;
  }

  sayLater(words) {
    clearTimeout(this.sayTimer);
    this.sayTimer = setTimeout(() => this.say(words()), 400);
  }

  dispose() {
    cancelAnimationFrame(this.frame);
    if (this.drawing.current || this.player.step) this.courier.changed = true;
    this.drawing.end();
    this.finishSample();
    this.keep();
    clearTimeout(this.sayTimer);
    clearTimeout(this.restTimer);
    this.courier.stop();
    this.resizing.disconnect();
    this.stopHearing?.();
  }
}

export default function (component) {
  const { parentElement } = component;
  if (!pads.has(parentElement)) pads.set(parentElement, new Pad(parentElement));
  const pad = pads.get(parentElement);
  pad.update(component);
  return () => {
    pad.dispose();
    pads.delete(parentElement);
  };
}
