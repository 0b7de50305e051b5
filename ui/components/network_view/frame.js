// The frame: breadcrumb and switches above the stage, legend and words below it.

import { formatNumber } from "../shared/numbers.js";
import { pictureButton } from "../shared/take_away.js";
import { addElement, setText } from "../shared/dom.js";
import { NOTHING_OPEN, nameOf } from "./model.js";
import { limitOf } from "./scene.js";
import { SAYS_NOTHING, bestClass, describe, unitName } from "./words.js";

/** @import { Layer, Model, Selection } from "./model.js" */
/** @import { View } from "./network_view.js" */

/** @param {HTMLElement} parent  @param {string} text  @param {() => void} onclick  @param {string} [className] */
function button(parent, text, onclick, className = "") {
  const node = addElement(parent, "button", className);
  node.type = "button";
  node.textContent = text;
  node.onclick = onclick;
  return node;
}

/** Network › conv2 › map 3 › row 4, column 5; every level but the open one is a way back.  @param {View} state */
export function buildCrumbs(state) {
  const { crumbs, scene } = state.dom;
  const { model, selection } = state;
  /** @type {{ text: string, to: Selection }[]} */
  const levels = [{ text: "network", to: NOTHING_OPEN }];
  if (selection.layer !== null) {
    const layer = model.layers[selection.layer];
    levels.push({ text: nameOf(model, layer), to: { layer: layer.index, map: null, row: null, col: null } });
    if (selection.map !== null && layer.maps > 1)
      levels.push({ text: unitName(model, layer, selection.map), to: { ...selection, row: null, col: null } });
    if (selection.row !== null) levels.push({ text: `row ${selection.row}, column ${selection.col}`, to: selection });
  }
  crumbs.replaceChildren();
  levels.forEach(({ text, to }, i) => {
    if (i > 0) addElement(crumbs, "span", "separator").textContent = "›";
    const open = i === levels.length - 1;
    const node = button(crumbs, text, () => {
      state.act.select(state, to);
      scene.focus({ preventScroll: true });
    });
    if (open) node.setAttribute("aria-current", "true");
  });
  if (selection.layer !== null) buildSteps(state, crumbs);
}

/** To the layer before and the layer after.  @param {View} state  @param {HTMLElement} crumbs */
function buildSteps(state, crumbs) {
  const { model, selection } = state;
  if (selection.layer === null) return;
  const layer = model.layers[selection.layer];
  const steps = addElement(crumbs, "span", "steps");
  const go = (/** @type {number} */ index) =>
    state.act.select(state, { layer: index, map: null, row: null, col: null });
  const { source } = layer;
  if (source !== null) button(steps, `← ${nameOf(model, model.layers[source])}`, () => go(source));
  if (layer.feeds.length) button(steps, `${model.layers[layer.feeds[0]].name} →`, () => go(layer.feeds[0]));
}

/** @param {View} state */
export function buildSwitches(state) {
  const { perLayer, perNetwork, fold, folding } = state.switches;
  perLayer.setAttribute("aria-pressed", String(state.scale === "layer"));
  perNetwork.setAttribute("aria-pressed", String(state.scale === "network"));
  const foldable = state.model.layers.some(({ kind }) => kind === "activation" || kind === "norm");
  folding.hidden = state.level !== "network" || !foldable;
  fold.setAttribute("aria-pressed", String(state.layout.fold));
}

/** @param {HTMLElement} switches  @param {HTMLElement} shown  the view's element  @param {() => View} view */
export function makeSwitches(switches, shown, view) {
  const group = (/** @type {string} */ label) => {
    const node = addElement(switches, "span", "group");
    node.setAttribute("role", "group");
    node.setAttribute("aria-label", label);
    return node;
  };
  const folding = group("Columns");
  const fold = button(folding, "fold activations", () => {
    const state = view();
    state.fold = !state.layout.fold;
    state.act.relayout(state, true);
  });
  const scales = group("Colour scale");
  addElement(scales, "span", "group-label").textContent = "colour scale";
  const choose = (/** @type {View["scale"]} */ scale) => () => {
    const state = view();
    state.scale = scale;
    buildSwitches(state);
    state.act.repaint(state);
  };
  const perLayer = button(scales, "per layer", choose("layer"));
  const perNetwork = button(scales, "per network", choose("network"));
  switches.append(pictureButton(shown));
  return { perLayer, perNetwork, fold, folding };
}

/** @param {HTMLElement} parent  @param {string} className */
function legend(parent, className) {
  const node = addElement(parent, "div", `legend ${className}`);
  const name = addElement(node, "span", "legend-name");
  const low = addElement(node, "span", "legend-end");
  const ramp = addElement(node, "span", "ramp");
  const zero = addElement(ramp, "i", "");
  zero.title = "0";
  const high = addElement(node, "span", "legend-end");
  return { node, name, low, high };
}

/** @param {HTMLElement} foot */
export function makeFoot(foot) {
  return {
    values: legend(foot, "values"),
    weights: legend(foot, "weights"),
    words: addElement(foot, "div", "words"),
  };
}

/** @param {View} state */
export function updateFoot(state) {
  const { model, selection, level } = state;
  const { values, weights, words } = state.foot;
  const pointed = state.focus?.layer ?? selection.layer;
  const layer = pointed === null ? null : model.layers[pointed];
  const input = layer?.isInput ?? false;
  values.node.classList.toggle("ink", input);
  setText(values.name, legendName(state, layer));
  const limit = legendLimit(state, layer);
  setText(values.low, input ? "0" : limit === null ? "−max" : formatNumber(-limit, 2));
  setText(values.high, limit === null ? "+max" : input ? formatNumber(limit, 0) : `+${formatNumber(limit, 2)}`);
  const shown = [...state.tiles.values()].find(
    ({ role }) => role === "kernel" || role === "strip" || role === "weight",
  );
  weights.node.hidden = !shown;
  if (shown && selection.layer !== null) {
    setText(weights.name, `weights of ${model.layers[selection.layer].name}`);
    setText(weights.low, formatNumber(-shown.limit, 2));
    setText(weights.high, `+${formatNumber(shown.limit, 2)}`);
  }
  updateWords(state, words, level);
}

/** @param {View} state  @param {Layer | null} layer */
function legendName(state, layer) {
  if (layer?.isInput) return `ink of the ${state.model.label}`;
  if (state.scale === "network") return "whole network";
  return layer ? layer.name : "each layer";
}

/** @param {View} state  @param {Layer | null} layer */
function legendLimit(state, layer) {
  if (layer?.isInput || state.scale === "network") return layer ? limitOf(state, layer) : state.model.limit;
  return layer ? limitOf(state, layer) : null;
}

/** @param {View} state  @param {HTMLElement} words  @param {View["level"]} level */
function updateWords(state, words, level) {
  if (state.focus) {
    const { where, value, more } = describe(state.model, state.focus);
    setText(words, [where + (value ? ` = ${value}` : ""), more].filter(Boolean).join(" · "));
  } else setText(words, level === "network" ? networkHint(state.model) : levelHint(state));
}

function hasPointer() {
  return window.matchMedia("(hover: hover)").matches;
}

/** @param {Model} model */
function networkHint(model) {
  if (bestClass(model) < 0) return SAYS_NOTHING;
  return hasPointer()
    ? "Point at a map or a unit to see what feeds it. Click to open its layer."
    : "Tap a map to open its layer.";
}

/** @param {View} state */
function levelHint(state) {
  const act = hasPointer() ? "Click" : "Tap";
  const { selection, model, level } = state;
  if (selection.layer === null || level === "network") return "";
  const layer = model.layers[selection.layer];
  const hints = {
    layer: hasPointer() ? "Point at a map to read its numbers, click to open it." : "Tap a map to open it.",
    map: `${act} a cell to open its sum.`,
    cell: layer.source === null ? "" : `${act} an input cell to follow it back to the pixels.`,
  };
  if (layer.cells === 1)
    return level === "layer" ? `${act} a unit to see its inputs.` : `${act} an input to follow it back.`;
  return `${hints[level]}${hasPointer() ? " Escape goes back." : ""}`;
}
