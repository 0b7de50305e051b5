// Play, pause, step, scrub, speed, loop, reveal: real buttons, made once.

import { glyph } from "../shared/glyphs.js";
import { pictureButton } from "../shared/take_away.js";
import { positionOf } from "./model.js";
import { el, setText } from "./sum.js";

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

export function createTransport(stage) {
  const root = el("div", "transport");
  const button = (name, label, act, word = "") => {
    const node = el("button", `control ${name}`);
    node.type = "button";
    node.title = label;
    node.setAttribute("aria-label", label);
    node.append(glyph(name));
    if (word) node.append(el("span", "", word));
    node.onclick = act;
    return node;
  };
  const toggle = (name, word, label, act) => {
    const node = el("button", `control toggle ${name}`, word);
    node.type = "button";
    node.title = label;
    node.onclick = act;
    return node;
  };
  const first = button("first", "First cell (Home)", () => stage.jump(0));
  const back = button("back", "One step back (←)", () => stage.step(-1));
  const play = button("play", "Play (Space)", () => stage.toggle(), "Play");
  const forward = button("forward", "One step forward (→)", () => stage.step(1));
  const last = button("last", "Last cell (End)", () => stage.jump(stage.m.N - 1));
  const steps = el("div", "steps");
  steps.append(first, back, play, forward, last);

  const timeline = el("input", "timeline");
  timeline.type = "range";
  timeline.min = 0;
  timeline.step = 1;
  timeline.setAttribute("aria-label", "Timeline: which output cell");
  timeline.oninput = () => stage.jump(Number(timeline.value));

  const readout = el("output", "readout");
  const speed = el("select", "speed");
  speed.setAttribute("aria-label", "Speed");
  speed.title = "Speed";
  for (const s of SPEEDS) {
    const option = el("option", "", `${s}×`);
    option.value = s;
    speed.append(option);
  }
  speed.onchange = () => stage.setSpeed(Number(speed.value));

  const terms = toggle("terms", "One by one", "Add up the products one by one", () => stage.toggleTerms());
  const whole = toggle("whole", "Show all", "Show the whole output at once", () => stage.toggleWhole());
  const loop = toggle("loop", "Loop", "Start again at the end", () => stage.toggleLoop());
  const backward = toggle("backward", "Gradient", "Show where the gradient goes back", () => stage.toggleBackward());
  const options = el("div", "options");
  options.append(speed, terms, whole, loop, backward, pictureButton(stage.root));
  root.append(steps, timeline, readout, options);

  function press(node, on) {
    node.setAttribute("aria-pressed", String(on));
  }

  function update() {
    const { m } = stage;
    const cell = stage.shownCell();
    if (play.dataset.playing !== String(stage.playing)) {
      play.dataset.playing = String(stage.playing);
      const word = stage.playing ? "Pause" : "Play";
      play.replaceChildren(glyph(word.toLowerCase()), el("span", "", word));
      play.title = `${word} (Space)`;
      play.setAttribute("aria-label", play.title);
    }
    if (timeline.max !== String(m.N - 1)) timeline.max = m.N - 1;
    if (timeline.value !== String(stage.position)) timeline.value = stage.position;
    timeline.style.setProperty("--done", `${m.N > 1 ? (stage.position / (m.N - 1)) * 100 : 100}%`);
    timeline.setAttribute("aria-valuetext", `row ${cell.i}, column ${cell.j}`);
    timeline.disabled = m.N < 2;
    const count = `${positionOf(m, cell) + 1} of ${m.N}`;
    setText(
      readout,
      stage.layout.narrow ? `[${cell.i}, ${cell.j}] · ${count}` : `row ${cell.i}, column ${cell.j} · ${count}`,
    );
    if (speed.value !== String(stage.speed)) speed.value = String(stage.speed);
    press(terms, stage.walking);
    press(whole, stage.whole);
    press(loop, stage.loop);
    press(backward, stage.backward);
    backward.hidden = !m.dx;
    terms.hidden = m.kind !== "conv";
    first.disabled = back.disabled = stage.position === 0 && stage.term <= 0;
    forward.disabled = last.disabled = stage.position === m.N - 1 && !stage.termsLeft();
  }

  return { root, update };
}
