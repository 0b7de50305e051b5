// The frame: breadcrumb and switches above the stage, legend and words below it.

import { formatNumber } from "../shared/numbers.js";
import { pictureButton } from "../shared/take_away.js";
import { element, setText } from "./dom.js";
import { nameOf } from "./model.js";
import { limitOf } from "./scene.js";
import { SAYS_NOTHING, bestClass, describe, unitName } from "./words.js";

function button(parent, text, onclick, className = "") {
  const node = element("button", className, parent);
  node.type = "button";
  node.textContent = text;
  node.onclick = onclick;
  return node;
}

// Network › conv2 › map 3 › row 4, column 5; every level but the open one is a way back.
export function buildCrumbs(state) {
  const { crumbs, scene } = state.dom;
  const { model, selection } = state;
  const levels = [{ text: "network", to: { layer: null, map: null, row: null, col: null } }];
  if (selection.layer !== null) {
    const layer = model.layers[selection.layer];
    levels.push({ text: nameOf(model, layer), to: { layer: layer.index, map: null, row: null, col: null } });
    if (selection.map !== null && layer.maps > 1)
      levels.push({ text: unitName(model, layer, selection.map), to: { ...selection, row: null, col: null } });
    if (selection.row !== null) levels.push({ text: `row ${selection.row}, column ${selection.col}`, to: selection });
  }
  crumbs.replaceChildren();
  levels.forEach(({ text, to }, i) => {
    if (i > 0) element("span", "separator", crumbs).textContent = "›";
    const open = i === levels.length - 1;
    const node = button(crumbs, text, () => {
      state.act.select(state, to);
      scene.focus({ preventScroll: true });
    });
    if (open) node.setAttribute("aria-current", "true");
  });
  if (selection.layer !== null) buildSteps(state, crumbs);
}

// To the layer before and the layer after.
function buildSteps(state, crumbs) {
  const { model, selection } = state;
  const layer = model.layers[selection.layer];
  const steps = element("span", "steps", crumbs);
  const go = (index) => state.act.select(state, { layer: index, map: null, row: null, col: null });
  if (layer.source !== null) button(steps, `← ${nameOf(model, model.layers[layer.source])}`, () => go(layer.source));
  if (layer.feeds.length) button(steps, `${model.layers[layer.feeds[0]].name} →`, () => go(layer.feeds[0]));
}

export function buildSwitches(state) {
  const { switches } = state.dom;
  if (!state.switches) state.switches = makeSwitches(state, switches);
  const { perLayer, perNetwork, fold } = state.switches;
  perLayer.setAttribute("aria-pressed", state.scale === "layer");
  perNetwork.setAttribute("aria-pressed", state.scale === "network");
  const foldable = state.model.layers.some((layer) => ["activation", "norm"].includes(layer.kind));
  fold.parentElement.hidden = state.level !== "network" || !foldable;
  fold.setAttribute("aria-pressed", !!state.layout.fold);
}

function makeSwitches(state, switches) {
  const group = (label) => {
    const node = element("span", "group", switches);
    node.setAttribute("role", "group");
    node.setAttribute("aria-label", label);
    return node;
  };
  const folding = group("Columns");
  const fold = button(folding, "fold activations", () => {
    state.fold = !state.layout.fold;
    state.act.relayout(state, true);
  });
  const scales = group("Colour scale");
  element("span", "group-label", scales).textContent = "colour scale";
  const choose = (scale) => () => {
    state.scale = scale;
    buildSwitches(state);
    state.act.repaint(state);
  };
  const perLayer = button(scales, "per layer", choose("layer"));
  const perNetwork = button(scales, "per network", choose("network"));
  switches.append(pictureButton(state.dom.view));
  return { perLayer, perNetwork, fold };
}

function legend(parent, className) {
  const node = element("div", `legend ${className}`, parent);
  const name = element("span", "legend-name", node);
  const low = element("span", "legend-end", node);
  const ramp = element("span", "ramp", node);
  const zero = element("i", "", ramp);
  zero.title = "0";
  const high = element("span", "legend-end", node);
  return { node, name, low, high };
}

export function buildFoot(state) {
  const { foot } = state.dom;
  state.foot = {
    values: legend(foot, "values"),
    weights: legend(foot, "weights"),
    words: element("div", "words", foot),
  };
}

export function updateFoot(state) {
  const { model, selection, level } = state;
  const { values, weights, words } = state.foot;
  const pointed = state.focus?.layer ?? selection.layer;
  const layer = pointed === null || pointed === undefined ? null : model.layers[pointed];
  const input = layer?.isInput;
  values.node.classList.toggle("ink", !!input);
  setText(values.name, legendName(state, layer));
  const limit = legendLimit(state, layer);
  setText(values.low, input ? "0" : limit === null ? "−max" : formatNumber(-limit, 2));
  setText(values.high, limit === null ? "+max" : input ? formatNumber(limit, 0) : `+${formatNumber(limit, 2)}`);
  const open = selection.layer === null ? null : model.layers[selection.layer];
  const shown = state.layout.tiles.some((tile) => ["kernel", "strip", "weight"].includes(tile.role));
  weights.node.hidden = !shown;
  if (shown) {
    const end = state.layout.tiles.find((tile) => ["kernel", "strip", "weight"].includes(tile.role)).limit;
    setText(weights.name, `weights of ${open.name}`);
    setText(weights.low, formatNumber(-end, 2));
    setText(weights.high, `+${formatNumber(end, 2)}`);
  }
  updateWords(state, words, level);
}

function legendName(state, layer) {
  if (layer?.isInput) return `ink of the ${state.model.label}`;
  if (state.scale === "network") return "whole network";
  return layer ? layer.name : "each layer";
}

function legendLimit(state, layer) {
  if (layer?.isInput || state.scale === "network") return layer ? limitOf(state, layer) : state.model.limit;
  return layer ? limitOf(state, layer) : null;
}

function updateWords(state, words, level) {
  if (state.focus) {
    const { where, value, more } = describe(state.model, state.focus);
    setText(words, [where + (value ? ` = ${value}` : ""), more].filter(Boolean).join(" · "));
  } else setText(words, level === "network" ? networkHint(state.model) : levelHint(state));
}

function hasPointer() {
  return window.matchMedia("(hover: hover)").matches;
}

function networkHint(model) {
  if (bestClass(model) < 0) return SAYS_NOTHING;
  return hasPointer()
    ? "Point at a map or a unit to see what feeds it. Click to open its layer."
    : "Tap a map to open its layer.";
}

function levelHint(state) {
  const act = hasPointer() ? "Click" : "Tap";
  const { selection, model, level } = state;
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
