// The controls of what can be played: step, play, a timeline, a speed. Real buttons, made once.

import { addElement, element, setText } from "./dom.js";
import { glyph } from "./glyphs.js";

/** @import { GlyphName } from "./glyphs.js" */

/**
 * @typedef {object} Player  what the controls move
 * @property {(to: number) => void} jump
 * @property {(by: number) => void} step
 * @property {() => void} toggle
 * @property {(speed: number) => void} setSpeed
 */
/**
 * @typedef {object} Words  what a position is called
 * @property {string} short  as in "First cell"
 * @property {string} long  as in "which output cell"
 */
/**
 * @typedef {object} Shown  how it stands
 * @property {number} position
 * @property {number} last
 * @property {boolean} playing
 * @property {number} speed
 * @property {string} told  the position, for a screen reader
 * @property {string} readout  the same, to be seen
 * @property {boolean} [atStart]  there is nothing before; the first position, if not given
 * @property {boolean} [atEnd]
 */

/** @param {GlyphName} name  @param {string} label  @param {() => void} act */
function glyphButton(name, label, act) {
  const node = element("button", `control ${name}`);
  node.type = "button";
  node.title = label;
  node.setAttribute("aria-label", label);
  node.append(glyph(name));
  node.onclick = act;
  return node;
}

export class Transport {
  /** @param {Player} player  @param {Words} words  @param {number[]} speeds */
  constructor(player, words, speeds) {
    this.root = element("div", "transport");
    this.last = 0;
    this.first = glyphButton("first", `First ${words.short} (Home)`, () => player.jump(0));
    this.back = glyphButton("back", "One step back (←)", () => player.step(-1));
    this.play = glyphButton("play", "Play (Space)", () => player.toggle());
    this.forward = glyphButton("forward", "One step forward (→)", () => player.step(1));
    this.final = glyphButton("last", `Last ${words.short} (End)`, () => player.jump(this.last));
    addElement(this.root, "div", "steps").append(this.first, this.back, this.play, this.forward, this.final);
    this.timeline = this.#timeline(player, words.long);
    this.readout = addElement(this.root, "output", "readout");
    this.options = addElement(this.root, "div", "options");
    this.speed = this.#speed(player, speeds);
    this.#showPlaying(false);
  }

  /** @param {Player} player  @param {string} which */
  #timeline(player, which) {
    const timeline = addElement(this.root, "input", "timeline");
    Object.assign(timeline, { type: "range", min: "0", step: "1" });
    timeline.setAttribute("aria-label", `Timeline: which ${which}`);
    timeline.oninput = () => player.jump(Number(timeline.value));
    return timeline;
  }

  /** @param {Player} player  @param {number[]} speeds */
  #speed(player, speeds) {
    const speed = addElement(this.options, "select", "speed");
    speed.setAttribute("aria-label", "Speed");
    speed.title = "Speed";
    speed.append(...speeds.map((s) => new Option(`${s}×`, String(s))));
    speed.onchange = () => player.setSpeed(Number(speed.value));
    return speed;
  }

  /** @param {boolean} playing */
  #showPlaying(playing) {
    const { play } = this;
    if (play.dataset.playing === String(playing)) return;
    play.dataset.playing = String(playing);
    const word = playing ? "Pause" : "Play";
    play.replaceChildren(glyph(playing ? "pause" : "play"), element("span", "", word));
    play.title = `${word} (Space)`;
    play.setAttribute("aria-label", play.title);
  }

  /** @param {Shown} shown */
  show(shown) {
    const { position, last } = shown;
    const { timeline } = this;
    this.last = last;
    this.#showPlaying(shown.playing);
    if (timeline.max !== String(last)) timeline.max = String(last);
    if (timeline.value !== String(position)) timeline.value = String(position);
    timeline.style.setProperty("--done", `${last > 0 ? (position / last) * 100 : 100}%`);
    timeline.setAttribute("aria-valuetext", shown.told);
    timeline.disabled = last < 1;
    setText(this.readout, shown.readout);
    if (this.speed.value !== String(shown.speed)) this.speed.value = String(shown.speed);
    this.first.disabled = this.back.disabled = shown.atStart ?? position === 0;
    this.forward.disabled = this.final.disabled = shown.atEnd ?? position === last;
  }
}
