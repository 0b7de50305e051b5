// What the stage shows, read off its state.

import { prefersStill } from "../shared/canvas.js";
import { cellAt, readersOf } from "./model.js";
import { ease, paintOverlay } from "./overlay.js";

export function viewsOf(stage) {
  return {
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
  };
}

// Playing, stepping, scrubbing: how the state moves, and the one loop of frames.
export function motionOf(stage) {
  return {
    toggle() {
      if (stage.playing) stage.pause();
      else stage.play();
    },
    play() {
      stage.release();
      if (stage.preview) stage.whole = stage.preview = false;
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
    setSpeed(speed) {
      stage.speed = speed;
      stage.remember();
      stage.refresh();
    },
    toggleWhole() {
      stage.preview = false;
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
  };
}
