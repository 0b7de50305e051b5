// The film: pictures side by side, curves with the present frame on them, and the controls.

import { addElement, rootOf, setText } from "../shared/dom.js";
import { pictureButton } from "../shared/take_away.js";
import { readTheme } from "../shared/theme.js";
import { Transport } from "../shared/transport.js";
import { SPEEDS, Walk } from "../shared/walk.js";
import { drawChart } from "./chart.js";
import { fitStrips, paintStrips } from "./strips.js";

/** @import { Component, Packed } from "../shared/component.js" */
/** @import { Place, Theme } from "../shared/theme.js" */
/** @import { Strip, StripView } from "./strips.js" */

/** @typedef {{ name: string, y: Packed, dashed: boolean }} Line */
/**
 * @typedef {object} Data
 * @property {Strip[]} strips
 * @property {Line[]} lines
 * @property {Packed} x
 * @property {[string, string]} axes
 * @property {boolean} percent
 * @property {string[]} readouts
 * @property {string[]} notes
 * @property {{ at: number, text: string } | null} mark
 * @property {string} label
 * @property {[string, string]} words
 * @property {number} at
 * @property {number} epoch
 * @property {number} content  another one for other pictures
 * @property {boolean} plays
 * @property {boolean} fixed
 * @property {number} side
 * @property {boolean} projector
 */
/** @typedef {{ at: number }} State */

/** Milliseconds that a frame is seen. */
const FRAME = 90;
/** Milliseconds of rest after which Python hears where one stands. */
const STILL = 350;

/** @type {WeakMap<Place, Film>} */
const FILMS = new WeakMap();

export class Film {
  /** @type {(at: number) => void} */
  send = () => {};
  /** @type {StripView[]} */
  views = [];
  #epoch = -1;
  #content = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #telling;
  width = 0;

  /** @param {Component<Data, State>} component */
  constructor({ data, parentElement }) {
    this.data = data;
    /** @type {Theme} */
    this.theme = readTheme(parentElement);
    this.root = rootOf(parentElement);
    this.root.classList.add("film");
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "group");
    this.board = addElement(this.root, "div", "board");
    this.strips = addElement(this.board, "div", "strips");
    this.chart = addElement(this.board, "div", "chart");
    this.canvas = addElement(this.chart, "canvas");
    this.chart.setAttribute("role", "img");
    this.walk = new Walk(
      {
        count: () => this.data.readouts.length,
        moved: () => this.#moved(),
        changed: () => this.#moved(),
      },
      FRAME,
    );
    this.transport = new Transport(this.#player(), { short: data.words[0], long: data.words[1] }, SPEEDS);
    this.root.append(this.transport.root);
    this.note = addElement(this.root, "p", "note");
    this.root.append(pictureButton(this.root));
    this.root.onkeydown = (event) => this.#key(event);
    this.sizes = new ResizeObserver(() => {
      if (this.root.clientWidth !== this.width) this.show();
    });
    this.sizes.observe(this.root);
  }

  #player() {
    const { walk } = this;
    const free = () => !this.data.fixed;
    return {
      jump: (/** @type {number} */ to) => free() && walk.jump(to),
      step: (/** @type {number} */ by) => free() && walk.step(by),
      toggle: () => free() && walk.toggle(),
      setSpeed: (/** @type {number} */ speed) => walk.setSpeed(speed),
    };
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target !== this.root || event.ctrlKey || event.metaKey || event.altKey || this.data.fixed) return;
    const { walk } = this;
    /** @type {Record<string, () => void>} */
    const acts = {
      " ": () => walk.toggle(),
      ArrowRight: () => walk.step(1),
      ArrowLeft: () => walk.step(-1),
      Home: () => walk.jump(0),
      End: () => walk.jump(walk.last),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #moved() {
    this.show();
    clearTimeout(this.#telling);
    if (!this.walk.playing) this.#telling = setTimeout(() => this.send(this.walk.position), STILL);
  }

  show() {
    const { data, walk, root } = this;
    const { position, last, playing, speed } = walk;
    this.width = root.clientWidth;
    root.classList.toggle("narrow", this.width < 560);
    paintStrips(this.views, data.strips, position, this.theme.name);
    drawChart(this);
    const readout = data.readouts[position];
    this.transport.show({ position, last, playing, speed, told: readout, readout });
    setText(this.note, data.notes[position] ?? "");
    root.dataset.position = String(position);
  }

  /** Python's frame counts at first, and when it was set from elsewhere; new pictures may play.  @param {Data} data */
  #place(data) {
    const other = this.#content !== data.content;
    const first = this.#epoch < 0;
    if (data.fixed) this.walk.pause();
    if (this.#epoch !== data.epoch || data.fixed) this.walk.place(data.at);
    else this.walk.place(other && !data.plays ? data.at : this.walk.position);
    this.#epoch = data.epoch;
    this.#content = data.content;
    if (!other) return;
    this.walk.pause();
    if (data.plays && !first) this.#playAnew();
  }

  #playAnew() {
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) this.walk.place(this.walk.last);
    else {
      this.walk.place(0);
      this.walk.play();
    }
  }

  /** @param {Component<Data, State>} component */
  update({ data, parentElement, setStateValue }) {
    this.data = data;
    this.theme = readTheme(parentElement);
    this.send = (at) => setStateValue("at", at);
    const { root, theme } = this;
    root.classList.toggle("projector", data.projector);
    root.style.setProperty("--accent", theme.accent);
    root.style.colorScheme = theme.name;
    root.setAttribute("aria-label", `${data.label} Space plays, arrow keys step.`);
    this.transport.root.inert = data.fixed;
    this.transport.root.hidden = data.readouts.length < 2;
    this.views = fitStrips(this.strips, this.views, data.strips, data.side);
    this.chart.hidden = data.lines.length === 0;
    this.note.hidden = data.notes.length === 0;
    this.#place(data);
    this.show();
  }

  end() {
    this.walk.pause();
    clearTimeout(this.#telling);
    this.sizes.disconnect();
  }
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { parentElement } = component;
  const film = FILMS.get(parentElement) ?? new Film(component);
  FILMS.set(parentElement, film);
  film.update(component);
  return () => {
    film.end();
    FILMS.delete(parentElement);
  };
}
