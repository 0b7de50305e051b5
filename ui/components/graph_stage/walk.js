// The walk through the steps: position, play, pause, keys; and the controls for it.

import { prefersStill } from "../shared/canvas.js";
import { glyph } from "../shared/glyphs.js";
import { el, setText } from "./dom.js";

const SPEEDS = [0.5, 1, 2, 4];
const REST = 1400; // milliseconds a step is looked at, at speed 1
const STILL = 600; // milliseconds after which a walk that does not play has come to rest

export function walkOf(stage) {
  return {
    jump(position) {
      stage.pause();
      stage.go(position);
    },
    step(by) {
      stage.jump(stage.position + by);
    },
    go(position) {
      stage.position = Math.max(0, Math.min(stage.data.steps.length - 1, position));
      stage.pinned = stage.hover = null;
      stage.refresh();
      follow(stage);
      tellSoon(stage);
    },
    toggle() {
      if (stage.playing) stage.pause();
      else stage.play();
    },
    play() {
      const last = stage.data.steps.length - 1;
      stage.playing = true;
      if (stage.position === last) stage.go(0);
      stage.rest();
      stage.refresh();
    },
    rest() {
      clearTimeout(stage.timer);
      stage.timer = setTimeout(() => {
        if (!stage.playing) return;
        stage.go(stage.position + 1);
        if (stage.position === stage.data.steps.length - 1) stage.pause();
        else stage.rest();
      }, REST / stage.speed);
    },
    pause() {
      clearTimeout(stage.timer);
      if (!stage.playing) return;
      stage.playing = false;
      stage.refresh();
      tellSoon(stage);
    },
  };
}

// Python hears where the walk has come to rest; of the steps on the way, and while it plays, nothing.
function tellSoon(stage) {
  clearTimeout(stage.telling);
  if (stage.playing) return;
  stage.telling = setTimeout(() => stage.emit("walk", stage.position), STILL);
}

// What is filled in now is brought into sight: to the middle where nodes stand one under another.
function follow(stage) {
  const block = stage.root.classList.contains("narrow") ? "center" : "nearest";
  const now = stage.row.querySelector(".now");
  now?.style.setProperty("scroll-margin-bottom", `${stage.foot.offsetHeight + 8}px`);
  now?.scrollIntoView({ block, behavior: prefersStill() ? "auto" : "smooth" });
}

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
  const first = button("first", "First step (Home)", () => stage.jump(0));
  const back = button("back", "One step back (←)", () => stage.step(-1));
  const play = button("play", "Play (Space)", () => stage.toggle(), "Play");
  const forward = button("forward", "One step forward (→)", () => stage.step(1));
  const last = button("last", "Last step (End)", () => stage.jump(stage.data.steps.length - 1));
  const steps = el("div", "steps");
  steps.append(first, back, play, forward, last);
  const timeline = createTimeline(stage);
  const readout = el("output", "readout");
  const speed = createSpeed(stage);
  root.append(steps, timeline, readout, speed);

  function update() {
    const end = stage.data.steps.length - 1;
    root.hidden = end < 1;
    if (root.hidden) return;
    showPlaying(play, stage.playing);
    timeline.max = end;
    timeline.value = stage.position;
    timeline.style.setProperty("--done", `${(stage.position / end) * 100}%`);
    timeline.setAttribute("aria-valuetext", stage.data.steps[stage.position].words);
    setText(
      readout,
      `${stage.data.steps[stage.position].back ? "backward" : "forward"} · ${stage.position + 1} of ${end + 1}`,
    );
    first.disabled = back.disabled = stage.position === 0;
    forward.disabled = last.disabled = stage.position === end;
  }

  return { root, update };
}

function createTimeline(stage) {
  const timeline = el("input", "timeline");
  timeline.type = "range";
  timeline.min = 0;
  timeline.step = 1;
  timeline.setAttribute("aria-label", "Timeline: which step");
  timeline.oninput = () => stage.jump(Number(timeline.value));
  return timeline;
}

function createSpeed(stage) {
  const speed = el("select", "speed");
  speed.setAttribute("aria-label", "Speed");
  speed.title = "Speed";
  for (const s of SPEEDS) {
    const option = el("option", "", `${s}×`);
    option.value = s;
    speed.append(option);
  }
  speed.value = String(stage.speed);
  speed.onchange = () => {
    stage.speed = Number(speed.value);
    if (stage.playing) stage.rest();
  };
  return speed;
}

function showPlaying(play, playing) {
  if (play.dataset.playing === String(playing)) return;
  play.dataset.playing = String(playing);
  const word = playing ? "Pause" : "Play";
  play.replaceChildren(glyph(word.toLowerCase()), el("span", "", word));
  play.title = `${word} (Space)`;
  play.setAttribute("aria-label", play.title);
}

// Keys of the stage itself; cells and controls have their own.
export function listenToKeys(stage) {
  stage.root.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && stage.pinned) {
      event.preventDefault();
      stage.pin(null);
      return;
    }
    const own = event.target === stage.root || event.target.matches(".ng-cell");
    const act = {
      " ": () => stage.toggle(),
      ArrowRight: () => stage.step(1),
      ArrowLeft: () => stage.step(-1),
      Home: () => stage.jump(0),
      End: () => stage.jump(stage.data.steps.length - 1),
    }[event.key];
    if (!own || !act || stage.data.steps.length < 2) return;
    event.preventDefault();
    act();
  };
}

export function fades() {
  return !prefersStill();
}
