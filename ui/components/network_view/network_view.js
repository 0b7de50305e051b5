// The network view: one instance a place on the page, kept in STATES; Python's data comes in
// through the default export at every change, and everything that is there already stays.

import { prefersStill } from "../shared/canvas.js";
import { announceField } from "../shared/field.js";
import { PALETTE } from "../shared/palette.js";
import { readTheme } from "../shared/theme.js";
import { buildBars, placeBars, placeHeads, updateBars } from "./bars.js";
import { element, setText } from "./dom.js";
import { buildCrumbs, buildFoot, buildSwitches, updateFoot } from "./frame.js";
import { attachInput } from "./input.js";
import { layoutLayer, layoutMap } from "./levels.js";
import { fieldOf, linksOf } from "./links.js";
import { dimOthers, drawEdges, drawMarks, drawNumbers, openCell } from "./marks.js";
import { readModel } from "./model.js";
import { layoutNetwork } from "./overview.js";
import { buildPanel, placePanel, updatePanel } from "./panel.js";
import { MOVE_MS, paintAll, placeTexts, placeTiles } from "./scene.js";
import { summary } from "./words.js";

const STATES = new WeakMap();
const SEND_AFTER_MS = 120;

function makeState(parentElement) {
  const root = parentElement.querySelector(".root");
  root.replaceChildren();
  const view = element("div", "network-view", root);
  const bar = element("div", "bar", view);
  const crumbs = element("nav", "crumbs", bar);
  crumbs.setAttribute("aria-label", "Open level");
  const switches = element("div", "switches", bar);
  const scene = element("div", "scene", view);
  Object.assign(scene, { tabIndex: 0 });
  scene.setAttribute("role", "application");
  scene.setAttribute("aria-label", "The network, layer by layer. Arrows move, Enter opens, Escape goes back.");
  const edges = element("canvas", "layer edges", scene);
  const marks = element("canvas", "layer marks", scene);
  const numbers = document.createElement("canvas");
  numbers.className = "layer numbers";
  scene.insertBefore(numbers, marks);
  const dom = {
    root,
    view,
    bar,
    crumbs,
    switches,
    scene,
    edges,
    marks,
    numbers,
    heads: element("div", "heads", scene),
    texts: element("div", "texts", scene),
    bars: element("div", "bars", scene),
    panel: element("div", "panel", scene),
    foot: element("div", "foot", view),
    live: element("div", "sr-only", view),
  };
  dom.live.setAttribute("aria-live", "polite");
  dom.texts.setAttribute("aria-hidden", "true");
  const state = {
    parentElement,
    dom,
    tiles: new Map(),
    resting: new Map(),
    texts: new Map(),
    links: [],
    selection: { layer: null, map: null, row: null, col: null },
    level: "network",
    focus: null,
    last: null,
    scale: "layer",
    fold: null,
    count: 0,
    labelWidth: 20,
    act: { select, pointAt, relayout, repaint }, // what the parts of the view can do to the whole
  };
  buildPanel(state);
  buildFoot(state);
  attachInput(state);
  state.observer = new ResizeObserver(() => {
    const width = Math.floor(view.clientWidth);
    if (state.model && width > 0 && width !== state.width) relayout(state, false);
  });
  state.observer.observe(view);
  return state;
}

function levelOf({ layer, map, row }) {
  if (layer === null) return "network";
  if (map === null) return "layer";
  return row === null ? "map" : "cell";
}

// A selection that Python names by the layer's name, in this model's indices; unknown: closed.
function fromPython(model, { layer, map, row, col }) {
  const index = layer === null ? undefined : model.byName.get(layer);
  if (index === undefined) return { layer: null, map: null, row: null, col: null };
  return fitSelection(model, { layer: index, map, row, col });
}

function fitSelection(model, selection) {
  const { layer, map, row, col } = selection;
  const nothing = { layer: null, map: null, row: null, col: null };
  const found = layer === null ? null : model.layers[layer];
  if (!found) return nothing;
  if (map === null || map >= found.maps) return { ...nothing, layer, map: found.maps === 1 ? 0 : null };
  const inside = row !== null && col !== null && row < found.rows && col < found.cols && found.cells > 1;
  return { layer, map, row: inside ? row : null, col: inside ? col : null };
}

function sameSelection(a, b) {
  return a.layer === b.layer && a.map === b.map && a.row === b.row && a.col === b.col;
}

// Opens a selection here at once, and tells Python; `later` waits for the keys to rest.
function select(state, wanted, later = false) {
  const selection = fitSelection(state.model, wanted);
  if (sameSelection(selection, state.selection)) return;
  show(state, selection);
  state.count += 1;
  clearTimeout(state.sending);
  const send = () => {
    const name = selection.layer === null ? null : state.model.layers[selection.layer].name;
    state.setStateValue("selection", { ...selection, layer: name, count: state.count });
  };
  if (later) state.sending = setTimeout(send, SEND_AFTER_MS);
  else send();
}

function show(state, selection) {
  const before = state.selection;
  state.selection = selection;
  state.level = levelOf(selection);
  if (selection.layer !== null)
    state.last = {
      layer: selection.layer,
      map: selection.map ?? (state.last?.layer === selection.layer ? state.last.map : null),
    };
  const sameStage = before.layer === selection.layer && before.map === selection.map;
  state.focus = null;
  if (sameStage) refreshSelection(state);
  else relayout(state, true);
  say(state, summary(state.model, selection));
  announce(state);
}

function say(state, text) {
  setText(state.dom.live, text);
}

// Points at a map or a cell (or at nothing): links, receptive field, words.
function pointAt(state, focus, byKey = false) {
  const same = (a, b) => (!a && !b) || (a && b && sameSelection(a, b));
  if (same(state.focus, focus)) return;
  state.focus = focus;
  state.links =
    focus && focus.map !== null && state.level === "network" ? linksOf(state.model, state.layout, focus) : [];
  drawEdges(state);
  drawMarks(state);
  dimOthers(state);
  updatePanel(state);
  updateFoot(state);
  announce(state);
  state.dom.scene.style.cursor = focus ? "pointer" : "";
  if (byKey && focus) say(state, summary(state.model, focus));
}

// Tells the other components of the page which part of the input is seen.
function announce(state) {
  const focus = state.focus ?? openCell(state);
  const hasCell = focus && focus.row !== null && focus.row !== undefined;
  const area = hasCell ? fieldOf(state.model, focus.layer, focus.row, focus.col) : null;
  const text = JSON.stringify(area);
  if (text === state.announced) return;
  state.announced = text;
  announceField(state.fieldTarget, area);
}

function refreshSelection(state) {
  state.dom.view.dataset.level = state.level;
  buildCrumbs(state);
  drawMarks(state);
  updatePanel(state);
  updateFoot(state);
}

function layoutFor(state) {
  const { model, selection } = state;
  const width = state.width;
  if (state.level === "network") return layoutNetwork(model, width, state);
  const layer = model.layers[selection.layer];
  return selection.map === null
    ? layoutLayer(model, layer, width, state)
    : layoutMap(model, layer, selection.map, width, state);
}

// Everything is put in place: at another level, width or network.
function relayout(state, animate) {
  const { dom, model } = state;
  state.width = Math.floor(dom.view.clientWidth) || 1280;
  state.labelWidth = labelWidth(state);
  const layout = layoutFor(state);
  layout.shown = new Set(layout.tiles.map((tile) => tile.layer));
  if (layout.bars) {
    layout.shown.add(model.bars);
    layout.bars.count = model.bars < 0 ? 0 : model.layers[model.bars].maps;
    layout.bars.rows = model.classes.length;
  }
  layout.byMap = new Map();
  for (const tile of layout.tiles) {
    if (tile.role === "map" || tile.role === "units")
      layout.byMap.set(tile.map === null ? `${tile.layer}` : `${tile.layer}.${tile.map}`, tile);
    if (tile.main) layout.main = tile;
  }
  state.layout = layout;
  state.links = [];
  const moving = animate && !prefersStill();
  dom.scene.style.height = `${layout.height}px`;
  dom.view.dataset.level = state.level;
  placeTiles(state, layout, moving);
  layout.words = state.level === "network" ? [] : levelTexts(layout);
  placeHeads(state, state.level === "network" ? layout : { heads: [], bars: null, shown: layout.shown });
  placeBars(state, layout);
  placePanel(state, layout);
  buildCrumbs(state);
  buildSwitches(state);
  if (moving) fadeIn(state);
  drawEdges(state);
  drawMarks(state);
  dimOthers(state);
  repaint(state);
}

function levelTexts(layout) {
  const texts = [...(layout.texts ?? [])];
  for (const tile of layout.tiles) {
    if (tile.caption)
      texts.push({ id: `c${tile.id}`, x: tile.x, y: tile.y - 2, text: `${tile.map}`, className: "caption" });
  }
  return texts;
}

function fadeIn({ dom }) {
  for (const node of [dom.edges, dom.marks, dom.numbers, dom.texts, dom.heads, dom.bars, dom.panel]) {
    node.getAnimations().forEach((animation) => animation.cancel());
    node.animate([{ opacity: 0 }, { opacity: 0, offset: 0.55 }, { opacity: 1 }], { duration: MOVE_MS + 60 });
  }
}

function labelWidth(state) {
  const context = state.dom.marks.getContext("2d");
  context.font = `${14 * state.type}px ${state.theme.font}`;
  const widest = Math.max(...state.model.classes.map((name) => context.measureText(name).width));
  return Math.ceil(Math.min(96, widest)) + 4;
}

// A new forward pass on the same stage: colours, numbers, bars.
function repaint(state) {
  paintAll(state);
  updateBars(state);
  placeTexts(state, state.layout.words);
  drawNumbers(state);
  updatePanel(state);
  updateFoot(state);
}

function networkLimit(model) {
  return Math.max(1e-6, ...model.layers.filter((l) => !l.isInput).map((l) => Math.max(l.largest, l.scale ?? 0)));
}

function adopt(state, data) {
  const before = state.model;
  const theme = readTheme(state.parentElement);
  const themeChanged = !state.theme || state.theme.name !== theme.name || state.theme.text !== theme.text;
  state.theme = theme;
  state.model = readModel(data);
  state.model.limit = networkLimit(state.model);
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  state.type = rem || 1;
  state.projector = data.projector || state.type > 1.1;
  state.compact = data.compact;
  state.fieldTarget = data.fieldTarget;
  state.dom.view.dataset.theme = theme.name;
  state.dom.view.classList.toggle("projector", data.projector);
  for (const [name, value] of Object.entries(paletteVars(theme))) state.dom.view.style.setProperty(name, value);
  const changed = !before || before.structure !== state.model.structure;
  if (changed) rebuild(state);
  const newer = data.acknowledged >= state.count;
  state.count = Math.max(state.count, data.acknowledged);
  const wanted = newer ? fromPython(state.model, data.selection) : fitSelection(state.model, state.selection);
  const moved = !sameSelection(wanted, state.selection);
  const arrived = weightsKey(before) !== weightsKey(state.model);
  if (moved) show(state, wanted);
  else if (changed || arrived || themeChanged) relayout(state, false);
  else {
    if (before.fixed !== state.model.fixed) drawEdges(state); // in training the weights move too
    repaint(state);
  }
}

// The open unit's weights arrive a moment after it was opened: the stage then has more tiles.
function weightsKey(model) {
  return model?.weights ? `${model.weights.layer} ${model.weights.unit} ${model.weights.shape}` : "";
}

// Another network: nothing of the old one stays.
function rebuild(state) {
  for (const tile of [...state.tiles.values(), ...state.resting.values()]) tile.canvas.remove();
  state.tiles.clear();
  state.resting.clear();
  state.last = null;
  state.focus = null;
  buildBars(state);
}

function paletteVars(theme) {
  const stops = PALETTE.diverging.activation[theme.name];
  const weights = PALETTE.diverging.weight[theme.name];
  return {
    "--accent": theme.accent,
    "--line": theme.border,
    "--text": theme.text,
    "--surface": theme.surface,
    "--negative": stops[0],
    "--positive": stops[4],
    "--zero": stops[2],
    "--ink-ramp": `linear-gradient(90deg, ${PALETTE.grey[theme.name].join(", ")})`,
    "--ramp": `linear-gradient(90deg, ${stops.join(", ")})`,
    "--weight-ramp": `linear-gradient(90deg, ${weights.join(", ")})`,
  };
}

export default function networkView(component) {
  const { data, parentElement, setStateValue } = component;
  if (!data?.layers) return;
  let state = STATES.get(parentElement);
  if (!state) STATES.set(parentElement, (state = makeState(parentElement)));
  state.setStateValue = setStateValue;
  const began = performance.now();
  adopt(state, data);
  const { view } = state.dom;
  view.dataset.sequence = data.sequence;
  view.dataset.redraw = (performance.now() - began).toFixed(2);
  return () => {
    state.observer.disconnect();
    clearTimeout(state.sending);
    announceField(state.fieldTarget, null);
    STATES.delete(parentElement);
  };
}
