// One magnifier over two pictures. Pointing, keys and touch move it here, without a message; only
// a pin is told to Python.

import { fitCanvas } from "../shared/canvas.js";
import { formatNumber } from "../shared/numbers.js";
import { nextSequence } from "../shared/sender.js";
import { pictureButton } from "../shared/take_away.js";
import { readTheme } from "../shared/theme.js";
import { layoutLens } from "./layout.js";
import { cellOver, combined, pixelsOf, readLens, strongest, windowOf } from "./model.js";
import { createNumbers, lensEl, lensText } from "./numbers.js";
import { paintLens, paintPictures } from "./paint.js";
import { inputPicture, outputColour, outputPicture } from "./picture.js";

const LENSES = new WeakMap();

function createLens(parentElement) {
  const root = parentElement.querySelector(".root");
  root.replaceChildren();
  root.classList.add("lens");
  root.tabIndex = 0;
  root.setAttribute("role", "application");
  const maps = lensEl("div", "maps");
  const still = document.createElement("canvas");
  const overlay = document.createElement("canvas");
  overlay.className = "overlay";
  const titles = lensEl("div", "titles");
  maps.append(still, overlay, titles);
  const notes = lensEl("div", "notes");
  const place = lensEl("span", "place");
  const hint = lensEl("span", "hint");
  notes.append(place, hint, pictureButton(root));
  const live = lensEl("div", "sr-only");
  live.setAttribute("aria-live", "polite");
  const lens = {
    root,
    maps,
    still,
    overlay,
    titles,
    m: null,
    data: null,
    theme: null,
    layout: null,
    window: null,
    cell: null,
    pinned: false,
    focus: 0,
    token: 0,
    raf: 0,
    emit: () => {},
    // The magnifier goes to a cell; a pinned one stays where it is.
    look(cell) {
      const { m } = lens;
      const i = Math.min(m.OH - 1, Math.max(0, cell.i));
      const j = Math.min(m.OW - 1, Math.max(0, cell.j));
      if (lens.window && lens.cell && lens.cell.i === i && lens.cell.j === j && !lens.stale) return;
      lens.cell = { i, j };
      lens.stale = false;
      lens.window = windowOf(m, lens.cell);
      lens.draw();
    },
    pin(cell) {
      lens.look(cell);
      lens.pinned = true;
      lens.emit("cell", [lens.cell.i, lens.cell.j]);
      lens.draw();
    },
    release() {
      if (!lens.pinned) return false;
      lens.pinned = false;
      lens.emit("cell", null);
      lens.draw();
      return true;
    },
    setFocus(c) {
      lens.focus = c;
      lens.draw();
    },
    draw() {
      if (!lens.raf) lens.raf = requestAnimationFrame(lens.frame);
    },
    frame() {
      lens.raf = 0;
      if (!lens.layout || !lens.window) return;
      paintLens(fitCanvas(overlay, lens.layout.width, lens.layout.height), lens);
      lens.numbers.update();
      lensText(place, whereWords(lens));
      lensText(hint, hintWords(lens));
      root.classList.toggle("pinned", lens.pinned);
      lens.announce();
    },
    announce() {
      clearTimeout(lens.announcing);
      lens.announcing = setTimeout(() => lensText(live, lensWords(lens)), 500);
    },
  };
  lens.numbers = createNumbers(lens);
  root.append(maps, notes, lens.numbers.root, live);
  listenLens(lens);
  lens.relayout = () => {
    const width = Math.floor(root.clientWidth);
    if (!lens.m || width < 40) return;
    lens.ratio = window.devicePixelRatio;
    lens.layout = layoutLens(lens.m, lens.data, width);
    maps.style.height = `${lens.layout.height}px`;
    root.classList.toggle("narrow", lens.layout.narrow);
    root.panels = { input: lens.layout.input, output: lens.layout.output }; // for tests
    placeLensTitles(lens);
    paintPictures(fitCanvas(still, lens.layout.width, lens.layout.height), lens);
    lens.draw();
  };
  lens.sizes = new ResizeObserver(() => {
    const width = Math.floor(root.clientWidth);
    if (lens.layout && width === lens.layout.width && window.devicePixelRatio === lens.ratio) return;
    lens.relayout();
  });
  lens.sizes.observe(root);
  lens.destroy = () => {
    cancelAnimationFrame(lens.raf);
    clearTimeout(lens.announcing);
    lens.sizes.disconnect();
  };
  return lens;
}

function placeLensTitles({ m, data, layout, titles }) {
  const size = (rows, cols) => `${cols} × ${rows}`;
  const depth = (n) => (n === 3 ? " × 3 channels" : "");
  const sides = data.sides;
  const words = (before, after) => (before === after ? String(before) : `${before} before and ${after} after`);
  const [down, across] = [words(sides[0], sides[1]), words(sides[2], sides[3])];
  const all = down === across ? down : `${down} down, ${across} across`;
  const around = sides.some(Boolean) ? `, padding ${all}` : "";
  const wanted = [
    [layout.input, data.titles.input, size(m.H, m.W) + depth(m.C) + around],
    [
      layout.output,
      data.titles.output,
      size(m.OH, m.OW) + depth(m.P === 3 ? 3 : 1) + (m.stride > 1 ? `, stride ${m.stride}` : ""),
    ],
  ];
  titles.replaceChildren(
    ...wanted.map(([panel, name, about]) => {
      const box = lensEl("div", "title");
      box.style.left = `${panel.left}px`;
      box.style.top = `${panel.top - layout.size.head}px`;
      box.append(lensEl("b", "", name), lensEl("span", "", about));
      return box;
    }),
  );
}

function listenLens(lens) {
  const { overlay, root } = lens;
  let touched = null;

  // The output cell that is meant; null beside both pictures.
  function meant(event) {
    const { layout, m } = lens;
    const box = overlay.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    for (const [name, p] of [
      ["input", layout.input],
      ["output", layout.output],
    ]) {
      const row = Math.floor((y - p.y) / p.sy);
      const column = Math.floor((x - p.x) / p.sx);
      if (row < 0 || column < 0 || row >= p.rows || column >= p.cols) continue;
      return name === "input" ? cellOver(m, row, column) : { i: row, j: column };
    }
    return null;
  }

  overlay.onpointermove = (event) => {
    if (!lens.layout || lens.pinned || (event.pointerType === "touch" && !touched)) return;
    const cell = meant(event);
    if (cell) lens.look(cell);
  };
  overlay.onpointerdown = (event) => {
    touched = { x: event.clientX, y: event.clientY };
    if (event.pointerType === "mouse" || lens.pinned) return;
    const cell = meant(event);
    if (cell) lens.look(cell);
  };
  overlay.onpointerup = (event) => {
    const moved = touched && Math.hypot(event.clientX - touched.x, event.clientY - touched.y) > 12;
    touched = null;
    if (event.button > 0 || moved) return;
    const cell = meant(event);
    if (!cell) return;
    if (lens.pinned && cell.i === lens.cell.i && cell.j === lens.cell.j) lens.release();
    else lens.pin(cell);
  };
  overlay.onpointercancel = () => {
    touched = null;
  };
  root.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !lens.cell) return;
    if (event.key === "Escape") {
      if (lens.release()) event.preventDefault();
      return;
    }
    if (event.key === "Enter" && event.target !== root) return;
    const { m, cell } = lens;
    const far = event.shiftKey ? 10 : 1;
    const acts = {
      ArrowLeft: () => lens.look({ i: cell.i, j: cell.j - far }),
      ArrowRight: () => lens.look({ i: cell.i, j: cell.j + far }),
      ArrowUp: () => lens.look({ i: cell.i - far, j: cell.j }),
      ArrowDown: () => lens.look({ i: cell.i + far, j: cell.j }),
      Home: () => lens.look({ i: cell.i, j: 0 }),
      End: () => lens.look({ i: cell.i, j: m.OW - 1 }),
      Enter: () => (lens.pinned ? lens.release() : lens.pin(cell)),
      "[": () => lens.setFocus((lens.focus + m.C - 1) % m.C),
      "]": () => lens.setFocus((lens.focus + 1) % m.C),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}

function whereWords({ m, window: win }) {
  const { row0, column0, i, j } = win;
  const rows = m.kh > 1 ? `rows ${minusSign(row0)} to ${row0 + m.kh - 1}` : `row ${row0}`;
  const columns = m.kw > 1 ? `columns ${minusSign(column0)} to ${column0 + m.kw - 1}` : `column ${column0}`;
  const outside = win.places.filter((p) => p.outside).length;
  const words = { zeros: "zeros", reflect: "mirrored pixels", replicate: "the edge repeated" }[m.fill];
  const fill = outside ? `; ${outside} of them padding: ${words}` : "";
  const after = m.first ? ", after the first kernel" : "";
  return `window: ${rows}, ${columns}${after}${fill} → result row ${i}, column ${j}`;
}

function minusSign(value) {
  return formatNumber(value, 0);
}

function hintWords({ pinned }) {
  if (window.matchMedia("(pointer: coarse)").matches) return pinned ? "pinned: tap it again to let go" : "tap to pin";
  return pinned ? "pinned: Escape or a click on it lets go" : "click to pin, arrow keys move";
}

// For screen readers: the present cell and its sum.
function lensWords({ m, window: win }) {
  const d = m.decimals.y;
  const head = `Result row ${win.i}, column ${win.j}`;
  if (m.C === 3) {
    const parts = win.channels.map(
      (one) =>
        `${m.names[one.c]} ${formatNumber(
          combined(
            m,
            one.parts.map((p) => p.sum),
          ),
          d,
        )}`,
    );
    const total = m.apart ? "" : `, together ${formatNumber(combined(m, win.totals), d)}`;
    return `${head}: ${parts.join(", ")}${total}.`;
  }
  return `${head}: ${formatNumber(combined(m, win.totals), d)}.`;
}

function updateLens(lens, component) {
  const { data, parentElement, setStateValue } = component;
  const theme = readTheme(parentElement);
  const old = lens.data;
  lens.emit = setStateValue;
  const pixels = pixelsOf(data.pixels);
  if (!pixels) {
    lens.emit("want", { token: data.pixels.token, sequence: nextSequence() });
    return; // what is on the screen stays until they come
  }
  const m = readLens(data, pixels);
  const samePicture = lens.pictures && old.pixels.token === data.pixels.token;
  lens.pictures = { input: samePicture ? lens.pictures.input : inputPicture(m), output: outputPicture(m, theme) };
  lens.colour = outputColour(m, theme);
  Object.assign(lens, { m, data, theme, stale: true });
  lens.focus = Math.min(lens.focus, m.C - 1);
  lens.root.classList.toggle("projector", data.projector);
  lens.root.style.setProperty("--accent", theme.accent);
  lens.root.setAttribute(
    "aria-label",
    `${data.titles.input} and ${data.titles.output} under one magnifier. Arrow keys move it, with Shift by ten, Enter pins, Escape lets go${m.C > 1 ? ", square brackets change the channel" : ""}.`,
  );
  lens.relayout();
  if (!old || old.epoch !== data.epoch) {
    lens.pinned = Boolean(data.pinned);
    lens.look(data.pinned ? { i: data.pinned[0], j: data.pinned[1] } : (lens.cell ?? strongest(m)));
  } else if (old.size.join() !== data.size.join() || !samePicture) {
    if (!lens.pinned) lens.look(strongest(m));
    else lens.look(lens.cell);
  } else {
    lens.look(kept(lens.cell, old, data));
  }
  lens.draw();
}

// The same place of the picture when the stride or the padding changes.
function kept(cell, old, data) {
  const middle = (place, side, k) => place * old.stride - old.sides[side] + (k - 1) / 2;
  const back = (place, side, k) => Math.round((place + data.sides[side] - (k - 1) / 2) / data.stride);
  const [kh, kw] = old.kernels[0].shape;
  const [h, w] = data.kernels[0].shape;
  return { i: back(middle(cell.i, 0, kh), 0, h), j: back(middle(cell.j, 2, kw), 2, w) };
}

export default function (component) {
  const { parentElement } = component;
  let lens = LENSES.get(parentElement);
  if (!lens) {
    lens = createLens(parentElement);
    LENSES.set(parentElement, lens);
  }
  const token = ++lens.token;
  updateLens(lens, component);
  lens.root.renders = token; // for tests
  return () => {
    if (lens.token !== token) return; // a newer call has taken over
    lens.destroy();
    LENSES.delete(parentElement);
  };
}
