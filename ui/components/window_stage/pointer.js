// Pointer, touch and keys: from a place on the stage to the cell that is meant.

import { decimalsFor, formatNumber } from "../shared/numbers.js";
import { hitTest } from "./layout.js";
import { cellAt, isPadding, positionOf, readersOf, wAt, windowTaps, xAt } from "./model.js";
import { channelOf } from "./paint.js";
import { ACTIVATION_NAMES } from "./sum.js";

export function listen(stage) {
  const { overlay, root } = stage;
  let touched = null;

  function meaning(event) {
    const box = overlay.getBoundingClientRect();
    const hit = hitTest(stage.layout, event.clientX - box.left, event.clientY - box.top);
    if (!hit) return null;
    const { panel: p, r, q } = hit;
    if (p.id === "output" || p.id === "compare" || p.id === "outthumb" || p.id === "partial") {
      const k = stage.m.K > 1 ? channelOf(stage, p) : 0;
      return { type: "output", k, i: r, j: q };
    }
    if (p.id === "input" || p.id === "thumb")
      return { type: "input", c: channelOf(stage, p), r, q, thumb: p.id === "thumb" };
    if (p.id === "window") return { type: "tap", c: p.c >= 0 ? p.c : stage.focus, a: r, b: q };
    return null;
  }

  overlay.onpointermove = (event) => {
    if (event.pointerType === "touch" && !touched) return;
    stage.point(meaning(event));
  };
  overlay.onpointerdown = (event) => {
    if (event.pointerType !== "mouse") {
      touched = { x: event.clientX, y: event.clientY };
      stage.point(meaning(event));
    }
  };
  overlay.onpointerup = (event) => {
    const moved = touched && Math.hypot(event.clientX - touched.x, event.clientY - touched.y) > 12;
    touched = null;
    if (event.pointerType !== "mouse") stage.point(null);
    if (event.button > 0 || moved) return;
    stage.pin(meaning(event));
  };
  overlay.onpointercancel = () => {
    touched = null;
    stage.point(null);
  };
  overlay.onpointerleave = (event) => {
    if (event.pointerType === "mouse") stage.point(null);
  };

  root.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const tag = event.target.tagName;
    const typing = tag === "INPUT" || tag === "SELECT";
    if (event.key !== "Escape" && typing) return;
    if ((event.key === " " || event.key === "Enter") && tag === "BUTTON") return;
    const { m, position } = stage;
    const acts = {
      " ": () => stage.toggle(),
      ArrowRight: () => stage.step(1),
      ArrowLeft: () => stage.step(-1),
      ArrowDown: () => position + m.OW < m.N && stage.jump(position + m.OW),
      ArrowUp: () => position >= m.OW && stage.jump(position - m.OW),
      Home: () => stage.jump(0),
      End: () => stage.jump(m.N - 1),
      Enter: () => stage.pin({ type: "output", k: 0, ...cellAt(m, position) }),
      "[": () => stage.setFocus((stage.focus + m.C - 1) % m.C),
      "]": () => stage.setFocus((stage.focus + 1) % m.C),
    };
    if (event.key === "Escape") {
      if (stage.release()) event.preventDefault();
      return;
    }
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}

// What pointing, pinning and letting go change.
export function pointingOf(stage) {
  return {
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
  };
}

// One sentence about what is pointed at, or about the present cell.
export function describe(stage) {
  const { m, sum } = stage;
  const light = stage.light();
  const number = (v, d) => formatNumber(v, d);
  if (light?.type === "input") {
    const { c, r, q } = light;
    const n = readersOf(m, r, q).length;
    const channel = m.C > 1 ? `${m.names[c]} ` : "";
    const what = isPadding(m, r, q)
      ? `padding (${number(xAt(m, c, r, q), m.dec.x)})`
      : `${channel}x[${r - m.top}, ${q - m.left}] = ${number(xAt(m, c, r, q), m.dec.x)}`;
    if (n > 0) return `${what} feeds ${n} output${n === 1 ? "" : "s"}.`;
    const rim = r >= m.Hp - m.dropped[0] || q >= m.Wp - m.dropped[1];
    return `${what} feeds no output: ${rim ? "the window does not fit there again" : "the window steps over it"}.`;
  }
  if (light?.type === "weight") {
    const touched = m.N;
    const channel = m.C > 1 ? `${m.names[light.c]} ` : "";
    return `${channel}w[${light.a}, ${light.b}] = ${number(wAt(m, light.c, light.a, light.b), m.dec.w)} touches ${touched} input${touched === 1 ? "" : "s"}, one for each output.`;
  }
  if (light?.type === "tap" && !stage.backward) {
    const tap = windowTaps(m, sum.cell, light.c)[light.a * m.kw + light.b];
    const where = `${m.C > 1 ? `${m.names[light.c]} ` : ""}x[${tap.r - m.top}, ${tap.q - m.left}]${tap.padding ? " (padding)" : ""}`;
    if (m.kind !== "conv") return `${where} = ${number(tap.x, m.termDecimals)}`;
    const product = stage.hidesSum() ? "?" : number(tap.product, m.termDecimals);
    return `${where} × w[${tap.a}, ${tap.b}] = ${number(tap.x, m.tileDecimals.x)} × ${number(tap.w, m.tileDecimals.w)} = ${product}`;
  }
  return "";
}

// For screen readers: the present cell and its sum.
export function summary(stage) {
  const { m, sum } = stage;
  const d = m.sumDecimals;
  const { i, j } = sum.cell;
  const head = `Output row ${i}, column ${j}`;
  if (stage.hidesSum()) return `${head}: hidden, to be guessed.`;
  const total = formatNumber(sum.y, d);
  if (m.kind === "conv") {
    const parts =
      m.C > 1
        ? sum.channels.map((one) => `${m.names[one.c]} ${formatNumber(one.sum, d)}`).join(", ")
        : `products ${formatNumber(sum.channels[0].sum, d)}`;
    const activation = m.activation ? `, sum ${formatNumber(sum.z, d)}, ${ACTIVATION_NAMES[m.activation]}` : "";
    return `${head}: ${parts}, bias ${formatNumber(m.bias, d)}${activation}, output ${total}.`;
  }
  const tap = sum.winner >= 0 ? sum.channels[0].taps[sum.winner] : null;
  if (tap)
    return `${head}: the largest of the window is ${total}, at input row ${tap.r - m.top}, column ${tap.q - m.left}.`;
  if (m.kind === "avg")
    return `${head}: sum ${formatNumber(sum.channels[0].sum, d)} divided by ${sum.divisor} is ${total}.`;
  return `${head}: the sum of the window is ${total}.`;
}

// What stands around the input: padding and what the floor drops.
export function noteParts(m) {
  const parts = [];
  const sides = [m.top, m.bottom, m.left, m.right];
  if (sides.some((s) => s > 0)) {
    const same = sides.every((s) => s === sides[0]);
    const size = same ? `${m.top} all round` : `top ${m.top}, bottom ${m.bottom}, left ${m.left}, right ${m.right}`;
    const fill =
      m.kind === "max"
        ? "−∞, never wins"
        : typeof m.fill === "number"
          ? `filled with ${formatNumber(m.fill, decimalsFor([m.fill]))}`
          : { zeros: "zeros", reflect: "reflected", replicate: "edge repeated", circular: "wrapped around" }[m.fill];
    parts.push({ kind: "ring", text: `padding ${size}: ${fill}` });
  }
  const [h, w] = m.dropped;
  const count = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
  if (h || w) {
    const what = [h ? count(h, "row") : "", w ? count(w, "column") : ""].filter(Boolean).join(" and ");
    parts.push({ kind: "rim", text: `dropped by the floor: ${what}` });
  }
  return parts;
}
