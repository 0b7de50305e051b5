// The window stage. Python sends arrays, geometry and sums; everything that moves happens here.

const STAGES = new WeakMap();
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
    root, maps, still, overlay, titles, grids, live, outputCanvas: document.createElement("canvas"),
    m: null, data: null, layout: null, theme: null, scales: null, sum: null, lastReaders: null,
    position: 0, playing: false, speed: 1, loop: false, whole: false, backward: false, walking: false,
    term: -1, focus: 0, hover: null, pinned: false, pinnedLight: null, slide: null, paintedReach: -1,
    raf: 0, lastStep: 0, visible: true, autoplay: false, resumeTimer: 0, token: 0, kernelGrids: [], inputGrids: [],
    local: { kernel: null, input: null }, send: {},
  };

  Object.assign(stage, {
    shownCell() {
      if (stage.hover?.type === "output") return { k: stage.hover.k, i: stage.hover.i, j: stage.hover.j };
      return { ...cellAt(stage.m, stage.position), k: stage.m.K > 1 ? stage.focus : 0 };
    },
    light() {
      return stage.hover && stage.hover.type !== "output" ? stage.hover : stage.pinnedLight;
    },
    litTap() {
      const light = stage.light();
      if (light?.type === "weight" || light?.type === "tap") return light;
      if (light?.type === "input") {
        const cell = stage.shownCell();
        const hit = readersOf(stage.m, light.r, light.q).find((o) => o.i === cell.i && o.j === cell.j);
        return hit ? { c: light.c, a: hit.a, b: hit.b } : null;
      }
      if (stage.term < 0) return null;
      const t = stage.term % stage.m.taps;
      return { c: Math.floor(stage.term / stage.m.taps), a: Math.floor(t / stage.m.kw), b: t % stage.m.kw };
    },
    hidesSum() {
      return stage.sum.hidden && !stage.backward;
    },
    termsLeft() {
      return stage.walking && stage.term < stage.termCount() - 1;
    },
    termCount() {
      return stage.m.kind === "conv" ? stage.m.C * stage.m.taps : 0;
    },
    // How far the output is revealed: the last position that shows its number.
    reach() {
      if (stage.whole) return stage.m.N - 1;
      return stage.slide || stage.termsLeft() ? stage.position - 1 : stage.position;
    },
    // Where the window is drawn: at its cell, or on the way to it.
    windowPlace(cell) {
      const target = { r: cell.i * stage.m.sh, q: cell.j * stage.m.sw };
      if (!stage.slide || stage.hover?.type === "output") return target;
      const t = ease(stage.slide.t);
      return { r: stage.slide.r + (target.r - stage.slide.r) * t, q: stage.slide.q + (target.q - stage.slide.q) * t };
    },
    toggle() {
      if (stage.playing) stage.pause();
      else stage.play();
    },
    play() {
      stage.release();
      if (stage.position === stage.m.N - 1 && !stage.termsLeft()) stage.moveTo(0, false);
      stage.playing = true;
      stage.lastStep = performance.now();
      stage.draw();
      stage.refresh();
    },
    pause() {
      if (!stage.playing) return;
      stage.playing = false;
      stage.refresh();
      stage.announce();
    },
    period() {
      const slow = stage.walking ? 650 : 900;
      return Math.max(slow * Math.min(1, stage.walking ? 1 : 64 / stage.m.N), 12) / stage.speed;
    },
    step(by) {
      stage.pause();
      stage.hover = null;
      if (stage.walking && stage.walkTerm(by)) {
        stage.refresh();
      } else {
        const to = stage.position + by;
        if (to < 0 || to >= stage.m.N) return;
        stage.moveTo(to, true);
        if (stage.walking) stage.term = by > 0 ? 0 : stage.termCount() - 1;
        stage.refresh();
      }
      stage.announce();
    },
    walkTerm(by) {
      const next = stage.term + by;
      if (next < 0 || next >= stage.termCount()) return false;
      stage.term = next;
      return true;
    },
    jump(to) {
      stage.pause();
      stage.hover = null;
      stage.pinned = false;
      if (stage.walking) stage.term = 0;
      stage.moveTo(Math.max(0, Math.min(stage.m.N - 1, to)), true);
      stage.refresh();
      stage.announce();
    },
    moveTo(to, slides) {
      if (to === stage.position) return;
      const from = stage.windowPlace(cellAt(stage.m, stage.position));
      stage.position = to;
      const soft = slides && stage.speed <= 2 && !prefersStill() && stage.visible;
      const length = stage.playing ? Math.max(60, Math.min(500, stage.period() * 0.45)) : 240;
      stage.slide = soft ? { ...from, t: 0, start: 0, length } : null;
      stage.remember();
      stage.draw();
    },
    point(what) {
      const before = JSON.stringify(stage.hover);
      const after = JSON.stringify(what);
      if (before === after) return;
      stage.hover = what;
      if (what) {
        stage.rest();
      } else stage.resumeLater();
      stage.refresh();
    },
    rest() {
      clearTimeout(stage.resumeTimer);
      stage.pause();
    },
    // A miniature that played by itself plays on when nobody points at it any more.
    resumeLater() {
      clearTimeout(stage.resumeTimer);
      if (stage.autoplay && !stage.playing) stage.resumeTimer = setTimeout(() => stage.autoplay && stage.play(), 2500);
    },
    pin(what) {
      if (!what) {
        stage.release();
        stage.refresh();
        return;
      }
      stage.rest();
      if (what.thumb) {
        stage.setFocus(what.c);
      } else if (what.type === "output") {
        stage.pinnedLight = null;
        if (stage.walking) stage.term = 0;
        stage.slide = null;
        stage.position = positionOf(stage.m, what);
        if (stage.m.K > 1 && stage.focus !== what.k) {
          stage.focus = what.k;
          stage.repaint();
        }
        stage.pinned = true;
        stage.hover = null;
        stage.remember();
        if (stage.data.reportCell) stage.emit("cell", [what.i, what.j]);
      } else if (what.type !== "tap") {
        const same = JSON.stringify(stage.pinnedLight) === JSON.stringify(what);
        stage.pinnedLight = same ? null : what;
      }
      stage.refresh();
      stage.announce();
    },
    // Escape: let go of what is pinned; true if there was something.
    release() {
      const held = stage.pinned || stage.pinnedLight || stage.hover;
      stage.pinned = false;
      stage.pinnedLight = null;
      stage.hover = null;
      if (held) stage.refresh();
      return Boolean(held);
    },
    setFocus(c) {
      stage.focus = c;
      stage.repaint();
      stage.refresh();
    },
    setSpeed(speed) {
      stage.speed = speed;
      stage.remember();
      stage.refresh();
    },
    toggleWhole() {
      stage.whole = !stage.whole;
      stage.remember();
      stage.refresh();
    },
    toggleLoop() {
      stage.loop = !stage.loop;
      stage.remember();
      stage.refresh();
    },
    toggleTerms() {
      stage.walking = !stage.walking;
      stage.term = stage.walking ? 0 : -1;
      stage.remember();
      stage.refresh();
    },
    toggleBackward() {
      stage.backward = !stage.backward;
      stage.repaint();
      stage.refresh();
    },
    announce() {
      clearTimeout(stage.announcing);
      stage.announcing = setTimeout(() => setText(live, describe(stage) || summary(stage)), 150);
    },
    // Kept while the app is open, so that going to another page and back changes nothing.
    remember() {
      const { position, speed, loop, whole, walking } = stage;
      REMEMBERED.set(stage.data.key, { position, speed, loop, whole, walking });
    },
    draw() {
      if (!stage.raf && stage.visible) stage.raf = requestAnimationFrame(stage.frame);
    },
    frame(now) {
      stage.raf = 0;
      stage.advance(now);
      paintOverlay(stage);
      if (stage.playing || stage.slide) stage.draw();
    },
    advance(now) {
      if (stage.slide) {
        if (!stage.slide.start) stage.slide.start = now;
        stage.slide.t = Math.min(1, (now - stage.slide.start) / stage.slide.length);
        if (stage.slide.t >= 1) {
          stage.slide = null;
          if (stage.backward) stage.refresh();
        }
      }
      if (!stage.playing) return;
      const period = stage.period();
      let due = Math.floor((now - stage.lastStep) / period);
      if (due < 1) return;
      stage.lastStep = due > 20 ? now : stage.lastStep + due * period;
      due = Math.min(due, 20);
      while (due-- > 0 && stage.playing) stage.tick();
      stage.refresh();
    },
    tick() {
      if (stage.walking && stage.walkTerm(1)) return;
      if (stage.position < stage.m.N - 1) {
        stage.moveTo(stage.position + 1, true);
      } else if (stage.loop || stage.data.compact) {
        stage.moveTo(0, false);
      } else {
        stage.pause();
        return;
      }
      if (stage.walking) stage.term = 0;
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
  stage.m = readModel(data, old);
  keepLocalEdits(stage);
  stage.scales = makeScales(stage.m, data, stage.theme);
  stage.lastReaders = stage.m.dx ? lastReaders(stage.m) : null;
  stage.root.classList.toggle("projector", data.projector);
  stage.root.classList.toggle("compact", data.compact);
  stage.root.style.setProperty("--accent", stage.theme.accent);
  stage.root.style.colorScheme = stage.theme.name;
  stage.root.setAttribute("aria-label", `${data.titles.input}, ${data.titles.output}. Space plays, arrow keys step, Home and End jump, Escape lets go${stage.m.C > 1 ? ", square brackets change the channel" : ""}.`);
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
  const same = old && old.OH === stage.m.OH && old.OW === stage.m.OW && old.Hp === stage.m.Hp && old.Wp === stage.m.Wp && old.C === stage.m.C;
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
  const start = data.startCell ? Math.min(data.startCell[0], m.OH - 1) * m.OW + Math.min(data.startCell[1], m.OW - 1) : 0;
  const asked = JSON.stringify(data.startCell);
  if (first) {
    const kept = REMEMBERED.get(data.key) ?? {};
    stage.position = Math.min(kept.position ?? start, m.N - 1);
    stage.speed = SPEEDS.includes(kept.speed) ? kept.speed : 1;
    stage.loop = kept.loop ?? false;
    stage.whole = kept.whole ?? data.reveal === "whole";
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
