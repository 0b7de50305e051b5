// The network view: one instance a place on the page, kept in STATES; Python's data comes in
// through the default export at every change, and everything that is there already stays.

import { prefersStill } from "../shared/canvas.js";
import { announceField } from "../shared/field.js";
import { readTheme } from "../shared/theme.js";
import { buildBars, placeBars, placeHeads, updateBars } from "./bars.js";
import { rootOf, setText } from "../shared/dom.js";
import { buildCrumbs, buildSwitches, makeFoot, makeSwitches, updateFoot } from "./frame.js";
import { dress, labelWidth } from "./dress.js";
import { attachInput } from "./input.js";
import { fieldOf, linksOf } from "./links.js";
import { dimOthers, drawEdges, drawMarks, drawNumbers, openCell } from "./marks.js";
import { NOTHING_OPEN, readModel } from "./model.js";
import { EMPTY, layoutOf, levelTexts, planFor } from "./plan.js";
import { makePanel, placePanel, updatePanel } from "./panel.js";
import { MOVE_MS, paintAll, placeTexts, placeTiles } from "./scene.js";
import { fitSelection, fromPython, levelOf, sameSelection } from "./selection.js";
import { buildDom } from "./skeleton.js";
import { summary } from "./words.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place, Theme } from "../shared/theme.js" */
/** @import { BarRow } from "./bars.js" */
/** @import { PanelPlace } from "./levels.js" */
/** @import { Link } from "./links.js" */
/** @import { Data, Model, NamedSelection, Selection, Spot } from "./model.js" */
/** @import { Plan, Rect, Tile } from "./overview.js" */
/** @import { LiveTile, TextBlock } from "./scene.js" */

/** @typedef {{ selection: NamedSelection & { count: number } }} State */
/** @typedef {"network" | "layer" | "map" | "cell"} Level */
/**
 * Where everything lies, and what can be found in it.
 * @typedef {Plan & {
 *   panel: PanelPlace | null,
 *   drawing: Rect | null,
 *   unit: boolean,
 *   words: TextBlock[],
 *   shown: Set<number>,
 *   byMap: Map<string, Tile>,
 *   main: Tile | null,
 * }} Layout  `shown`: layers that are seen; `byMap`: tiles by "layer.map"; `main`: the open map's
 */
/**
 * @typedef {object} Acts  what the parts of the view can do to the whole
 * @property {typeof select} select
 * @property {typeof pointAt} pointAt
 * @property {typeof relayout} relayout
 * @property {typeof repaint} repaint
 */
/**
 * @typedef {object} View
 * @property {Place} parentElement
 * @property {ReturnType<typeof buildDom>} dom
 * @property {ReturnType<typeof makePanel>} panel
 * @property {ReturnType<typeof makeFoot>} foot
 * @property {ReturnType<typeof makeSwitches>} switches
 * @property {BarRow[]} barRows
 * @property {HTMLElement[]} logitEnds
 * @property {Model} model
 * @property {Layout} layout
 * @property {Theme} theme
 * @property {Map<string, LiveTile>} tiles
 * @property {Map<string, LiveTile>} resting  those that left
 * @property {Map<string, HTMLElement>} texts
 * @property {Link[]} links  of what is pointed at
 * @property {Selection} selection
 * @property {Level} level
 * @property {Spot | null} focus  what is pointed at
 * @property {{ layer: number, map: number | null } | null} last  what was open last
 * @property {"layer" | "network"} scale
 * @property {boolean | null} fold
 * @property {number} count  of selections made
 * @property {number} width
 * @property {number} labelWidth
 * @property {number} type  size of the type, 1 as usual
 * @property {boolean} projector
 * @property {boolean} compact
 * @property {string} fieldTarget
 * @property {string} announced  the receptive field that was told, as JSON
 * @property {Acts} act
 * @property {Component<Data, State>["setStateValue"]} setStateValue
 * @property {ReturnType<typeof setTimeout> | undefined} sending
 * @property {ResizeObserver} observer
 */

/** @type {WeakMap<Place, View>} */
const STATES = new WeakMap();
const SEND_AFTER_MS = 120;

/** @param {Component<Data, State>} component  @returns {View} */
function makeState({ data, parentElement, setStateValue }) {
  const dom = buildDom(rootOf(parentElement));
  const parts = { dom, panel: makePanel(dom.panel), foot: makeFoot(dom.foot), barRows: [], logitEnds: [] };
  const theme = readTheme(parentElement);
  const model = readModel(data);
  const act = { select, pointAt, relayout, repaint };
  const stage = { tiles: new Map(), resting: new Map(), texts: new Map(), links: [], layout: EMPTY };
  const chosen = {
    selection: NOTHING_OPEN,
    level: /** @type {Level} */ ("network"),
    focus: null,
    last: null,
    count: 0,
  };
  const looks = { scale: /** @type {"layer"} */ ("layer"), fold: null, width: 0, labelWidth: 20, type: 1 };
  const { projector, compact, fieldTarget } = data;
  const observer = new ResizeObserver(() => {
    const width = Math.floor(dom.view.clientWidth);
    if (width > 0 && width !== state.width) relayout(state, false);
  });
  const switches = makeSwitches(dom.switches, dom.view, () => state);
  /** @type {View} */
  const state = {
    ...{ parentElement, ...parts, model, theme, act, ...stage, ...chosen, ...looks },
    ...{ projector, compact, fieldTarget, announced: "null", setStateValue, sending: undefined, observer, switches },
  };
  attachInput(state);
  return state;
}

/**
 * Opens a selection here at once, and tells Python; `later` waits for the keys to rest.
 * @param {View} state  @param {Selection} wanted  @param {boolean} [later]
 */
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

/** @param {View} state  @param {Selection} selection */
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

/** @param {View} state  @param {string} text */
function say(state, text) {
  setText(state.dom.live, text);
}

/**
 * Points at a map or a cell (or at nothing): links, receptive field, words.
 * @param {View} state  @param {Spot | null} focus  @param {boolean} [byKey]
 */
function pointAt(state, focus, byKey = false) {
  const before = state.focus;
  if (before === focus || (before && focus && sameSelection(before, focus))) return;
  state.focus = focus;
  const { model, layout } = state;
  const linked = focus && focus.map !== null && state.level === "network";
  state.links = linked ? linksOf(model, layout, { layer: focus.layer, map: focus.map ?? 0 }) : [];
  drawEdges(state);
  drawMarks(state);
  dimOthers(state);
  updatePanel(state);
  updateFoot(state);
  announce(state);
  state.dom.scene.style.cursor = focus ? "pointer" : "";
  if (byKey && focus) say(state, summary(state.model, focus));
}

/** Tells the other components of the page which part of the input is seen.  @param {View} state */
function announce(state) {
  const focus = state.focus ?? openCell(state);
  const area = focus && focus.row !== null ? fieldOf(state.model, focus.layer, focus.row, focus.col) : null;
  const text = JSON.stringify(area);
  if (text === state.announced) return;
  state.announced = text;
  announceField(state.fieldTarget, area);
}

/** @param {View} state */
function refreshSelection(state) {
  state.dom.view.dataset.level = state.level;
  buildCrumbs(state);
  drawMarks(state);
  updatePanel(state);
  updateFoot(state);
}

/** Everything is put in place: at another level, width or network.  @param {View} state  @param {boolean} animate */
function relayout(state, animate) {
  const { dom } = state;
  state.width = Math.floor(dom.view.clientWidth) || 1280;
  state.labelWidth = labelWidth(state);
  const whole = state.selection.layer === null;
  const plan = planFor(state);
  const layout = layoutOf(plan, whole ? [] : levelTexts(plan));
  state.layout = layout;
  state.links = [];
  const moving = animate && !prefersStill();
  dom.scene.style.height = `${layout.height}px`;
  dom.view.dataset.level = state.level;
  placeTiles(state, layout, moving);
  placeHeads(state, whole ? layout : { ...layout, heads: [], bars: null });
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

/** @param {View} view */
function fadeIn({ dom }) {
  for (const node of [dom.edges, dom.marks, dom.numbers, dom.texts, dom.heads, dom.bars, dom.panel]) {
    node.getAnimations().forEach((animation) => animation.cancel());
    node.animate([{ opacity: 0 }, { opacity: 0, offset: 0.55 }, { opacity: 1 }], { duration: MOVE_MS + 60 });
  }
}

/** A new forward pass on the same stage: colours, numbers, bars.  @param {View} state */
function repaint(state) {
  paintAll(state);
  updateBars(state);
  placeTexts(state, state.layout.words);
  drawNumbers(state);
  updatePanel(state);
  updateFoot(state);
}

/** @param {View} state  @param {Data} data  @param {Model | null} before */
function adopt(state, data, before) {
  const old = state.theme;
  dress(state, data);
  const themeChanged = old.name !== state.theme.name || old.text !== state.theme.text;
  state.model = readModel(data);
  const changed = !before || before.structure !== state.model.structure;
  if (changed) rebuild(state);
  const newer = data.acknowledged >= state.count;
  state.count = Math.max(state.count, data.acknowledged);
  const wanted = newer ? fromPython(state.model, data.selection) : fitSelection(state.model, state.selection);
  const arrived = weightsKey(before) !== weightsKey(state.model);
  if (!sameSelection(wanted, state.selection)) show(state, wanted);
  else if (changed || arrived || themeChanged) relayout(state, false);
  else {
    if (before?.fixed !== state.model.fixed) drawEdges(state); // in training the weights move too
    repaint(state);
  }
}

/**
 * The open unit's weights arrive a moment after it was opened: the stage then has more tiles.
 * @param {Model | null} model
 */
function weightsKey(model) {
  return model?.weights ? `${model.weights.layer} ${model.weights.unit} ${model.weights.shape}` : "";
}

/** Another network: nothing of the old one stays.  @param {View} state */
function rebuild(state) {
  for (const tile of [...state.tiles.values(), ...state.resting.values()]) tile.canvas.remove();
  state.tiles.clear();
  state.resting.clear();
  state.last = null;
  state.focus = null;
  buildBars(state);
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const known = STATES.get(parentElement);
  const state = known ?? makeState(component);
  STATES.set(parentElement, state);
  state.setStateValue = setStateValue;
  const began = performance.now();
  adopt(state, data, known ? state.model : null);
  const { view } = state.dom;
  if (!known) state.observer.observe(view);
  view.dataset.sequence = String(data.sequence);
  view.dataset.redraw = (performance.now() - began).toFixed(2);
  return () => {
    state.observer.disconnect();
    clearTimeout(state.sending);
    announceField(state.fieldTarget, null);
    STATES.delete(parentElement);
  };
}
