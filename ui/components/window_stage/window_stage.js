// The window stage. Python sends arrays, geometry and sums; everything that moves happens here.

import { fitCanvas, prefersStill } from "../shared/canvas.js";
import { createSender } from "../shared/sender.js";
import { readTheme } from "../shared/theme.js";
import { keepLocalEdits, placeInputs, placeKernels, placeNotes, placeTitles } from "./dom.js";
import { layoutStage } from "./layout.js";
import { cellAt, lastReaders, readModel, sumOf } from "./model.js";
import { makeScales, paintOutput, paintStill } from "./paint.js";
import { describe, listen, pointingOf, summary } from "./pointer.js";
import { motionOf, viewsOf } from "./state.js";
import { createSum, el, setText } from "./sum.js";
import { SPEEDS, createTransport } from "./transport.js";

const STAGES = new WeakMap();
const PREVIEW = 150; // larger outputs than this are shown whole before they are first played
const REMEMBERED = new Map();

function createStage(parentElement) {
  const root = parentElement.querySelector(".root");
  root.replaceChildren();
  root.classList.add("stage");
  root.tabIndex = 0;
  root.setAttribute("role", "group");
  const maps = el("div", "maps");
  const still = el("canvas");
  const overlay = el("canvas", "overlay");
  const titles = el("div", "titles");
  const grids = el("div", "grids");
  maps.append(still, overlay, titles, grids);
  const notes = el("div", "notes");
  const fixedNotes = el("div", "fixed");
  const sentence = el("div", "sentence");
  const message = el("div", "ng-message");
  message.setAttribute("role", "alert");
  notes.append(fixedNotes, message, sentence);
  const live = el("div", "sr-only");
  live.setAttribute("aria-live", "polite");
  live.className = "sr-only summary";

  const stage = {
    root,
    maps,
    still,
    overlay,
    titles,
    grids,
    live,
    outputCanvas: document.createElement("canvas"),
    m: null,
    data: null,
    layout: null,
    theme: null,
    scales: null,
    sum: null,
    lastReaders: null,
    position: 0,
    playing: false,
    speed: 1,
    loop: false,
    whole: false,
    backward: false,
    walking: false,
    term: -1,
    focus: 0,
    hover: null,
    pinned: false,
    pinnedLight: null,
    slide: null,
    paintedReach: -1,
    raf: 0,
    lastStep: 0,
    visible: true,
    autoplay: false,
    resumeTimer: 0,
    token: 0,
    kernelGrids: [],
    inputGrids: [],
    local: { kernel: null, input: null },
    send: {},
  };

  Object.assign(stage, viewsOf(stage), motionOf(stage), pointingOf(stage), {
    announce() {
      clearTimeout(stage.announcing);
      stage.announcing = setTimeout(() => setText(live, describe(stage) || summary(stage)), 150);
    },
    // Kept while the app is open, so that going to another page and back changes nothing.
    remember() {
      const { position, speed, loop, whole, walking } = stage;
      REMEMBERED.set(stage.data.key, { position, speed, loop, whole, walking });
    },
    // After a change of state: the sum, the controls, the lit cells; the overlay in the next frame.
    refresh() {
      if (!stage.m) return;
      stage.sum = sumOf(stage.m, stage.shownCell());
      if (stage.backward && stage.paintedReach !== stage.reach()) stage.repaint();
      stage.sumView.update();
      stage.transport.update();
      stage.lightGrids();
      setText(sentence, describe(stage));
      stage.draw();
    },
    repaint() {
      placeTitles(stage);
      stage.paintedReach = stage.reach();
      const ctx = fitCanvas(still, stage.layout.width, stage.layout.height);
      paintStill(ctx, stage);
      paintOutput(stage);
      stage.updateGrids();
    },
    lightGrids() {
      const tap = stage.litTap();
      for (const grid of stage.kernelGrids) {
        const c = grid.c >= 0 ? grid.c : stage.focus;
        grid.view.light(tap && tap.c === c ? [tap.a * stage.m.kw + tap.b] : []);
      }
    },
    updateGrids() {
      placeKernels(stage, message);
      placeInputs(stage, message);
    },
    emit: () => {},
  });

  stage.sumView = createSum(stage);
  stage.transport = createTransport(stage);
  root.append(maps, notes, stage.transport.root, stage.sumView.root, live);
  listen(stage);

  stage.relayout = () => {
    const width = Math.floor(root.clientWidth);
    if (!stage.m || width < 40) return;
    stage.layout = layoutStage(stage, width);
    stage.slide = null;
    maps.style.height = `${stage.layout.height}px`;
    root.panels = stage.layout.blocks.flatMap((b) => b.panels); // where each map is, for tests
    root.classList.toggle("narrow", stage.layout.narrow);
    placeNotes(stage, fixedNotes);
    stage.repaint();
    stage.refresh();
  };
  stage.sizes = new ResizeObserver(() => {
    const width = Math.floor(root.clientWidth);
    if (stage.layout && width === stage.layout.width && window.devicePixelRatio === stage.ratio) return;
    stage.ratio = window.devicePixelRatio;
    stage.relayout();
  });
  stage.sizes.observe(root);
  stage.sight = new IntersectionObserver(([entry]) => {
    stage.visible = entry.isIntersecting;
    if (stage.visible) {
      stage.lastStep = performance.now();
      stage.draw();
    }
  });
  stage.sight.observe(root);
  stage.destroy = () => {
    cancelAnimationFrame(stage.raf);
    clearTimeout(stage.resumeTimer);
    clearTimeout(stage.announcing);
    stage.sizes.disconnect();
    stage.sight.disconnect();
    for (const sender of Object.values(stage.send)) sender.stop();
    stage.visible = false;
  };
  return stage;
}

function updateStage(stage, component) {
  const { data, parentElement, setStateValue } = component;
  const first = stage.m === null;
  const old = stage.m;
  stage.data = data;
  stage.theme = readTheme(parentElement);
  stage.emit = setStateValue;
  for (const name of ["kernel", "input"]) {
    stage.send[name] ??= createSender((value) => stage.emit(name, value));
  }
  stage.m = readModel(data);
  keepLocalEdits(stage);
  stage.scales = makeScales(stage.m, data, stage.theme);
  stage.lastReaders = stage.m.dx ? lastReaders(stage.m) : null;
  stage.root.classList.toggle("projector", data.projector);
  stage.root.classList.toggle("compact", data.compact);
  stage.root.style.setProperty("--accent", stage.theme.accent);
  stage.root.style.colorScheme = stage.theme.name;
  stage.root.setAttribute(
    "aria-label",
    `${data.titles.input}, ${data.titles.output}. Space plays, arrow keys step, Home and End jump, Escape lets go${stage.m.C > 1 ? ", square brackets change the channel" : ""}.`,
  );
  placeStart(stage, old, first);
  if (stage.askedBackward !== data.backward) stage.backward = data.backward;
  stage.askedBackward = data.backward;
  if (!stage.m.dx) stage.backward = false;
  if (stage.m.kind !== "conv") {
    stage.walking = false;
    stage.term = -1;
  }
  stage.term = Math.min(stage.term, stage.termCount() - 1);
  stage.focus = Math.min(stage.focus, stage.m.C - 1);
  const same =
    old &&
    old.OH === stage.m.OH &&
    old.OW === stage.m.OW &&
    old.Hp === stage.m.Hp &&
    old.Wp === stage.m.Wp &&
    old.C === stage.m.C;
  if (!same) {
    stage.hover = null;
    stage.pinnedLight = null;
  }
  stage.relayout();
  for (const sender of Object.values(stage.send)) sender.settled();
  if (first && data.compact && !prefersStill()) {
    stage.autoplay = true;
    stage.play();
  }
}

function placeStart(stage, old, first) {
  const { m, data } = stage;
  const start = data.startCell
    ? Math.min(data.startCell[0], m.OH - 1) * m.OW + Math.min(data.startCell[1], m.OW - 1)
    : 0;
  const asked = JSON.stringify(data.startCell);
  if (first) {
    const kept = REMEMBERED.get(data.key) ?? {};
    stage.position = Math.min(kept.position ?? start, m.N - 1);
    stage.speed = SPEEDS.includes(kept.speed) ? kept.speed : 1;
    stage.loop = kept.loop ?? false;
    stage.preview = !kept.speed && data.reveal === "auto" && m.N > PREVIEW;
    stage.whole = kept.whole ?? (data.reveal === "whole" || stage.preview);
    stage.walking = kept.walking ?? false;
    stage.term = stage.walking ? 0 : -1;
  } else if (asked !== stage.asked && data.startCell) {
    stage.position = start;
  } else {
    const cell = cellAt(old, stage.position);
    const finished = stage.position === old.N - 1 && old.N > 1;
    stage.position = finished ? m.N - 1 : Math.min(cell.i, m.OH - 1) * m.OW + Math.min(cell.j, m.OW - 1);
  }
  stage.asked = asked;
}

export default function (component) {
  const { parentElement } = component;
  let stage = STAGES.get(parentElement);
  if (!stage) {
    stage = createStage(parentElement);
    STAGES.set(parentElement, stage);
  }
  const token = ++stage.token;
  stage.root.renders = token; // for tests
  updateStage(stage, component);
  return () => {
    if (stage.token !== token) return; // a newer call has taken over
    stage.destroy();
    STAGES.delete(parentElement);
  };
}
