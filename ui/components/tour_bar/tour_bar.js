// The bar at the foot of the window. It says where the tour is and sends where to go; that the page
// has been turned away from its step it sees in the address, which always holds what is on screen.

import { find, rootOf, setText } from "../shared/dom.js";
import { showGuess } from "../shared/guess.js";
import { readTheme } from "../shared/theme.js";
import { stepOf } from "./keys.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place } from "../shared/theme.js" */

/**
 * @typedef {object} Data
 * @property {string} tour
 * @property {string} mark  the place in the tour, as the address has it
 * @property {number} number  of the step, from 1
 * @property {number} count
 * @property {string} title
 * @property {string} sentence
 * @property {boolean} here  the page is the step's
 * @property {Record<string, string>} settings  the step's, as in its link
 * @property {string} guess  key of a guess on the page; "" without one
 * @property {boolean} leads  who sees it can bring a class here
 * @property {boolean} projector
 */
/** @typedef {{ go: number, bring: boolean, end: boolean }} State */
/**
 * @typedef {ReturnType<typeof partsOf> & {
 *   data: Data,
 *   send: Component<Data, State>["setTriggerValue"],
 *   wanted: number,
 *   destroy: () => void,
 * }} Bar  `wanted`: the step that was asked for, 0: none
 */

/** @type {WeakMap<Place, Bar>} */
const BARS = new WeakMap();
const NOT_OF_THE_STEP = new Set(["tour", "projector", "task"]);

/** @param {Component<Data, State>} component */
export default function (component) {
  const { parentElement } = component;
  const bar = BARS.get(parentElement) ?? createBar(component);
  BARS.set(parentElement, bar);
  bar.data = component.data;
  bar.send = component.setTriggerValue;
  bar.wanted = 0;
  bar.root.style.colorScheme = readTheme(parentElement).name;
  show(bar);
  return () => {
    bar.destroy();
    BARS.delete(parentElement);
  };
}

/** @param {HTMLElement} root */
function partsOf(root) {
  const button = (/** @type {string} */ name) => find(root, `.${name}`, HTMLButtonElement);
  return {
    root,
    title: find(root, ".title", HTMLElement),
    sentence: find(root, ".sentence", HTMLElement),
    count: find(root, ".count", HTMLElement),
    back: button("back"),
    on: button("on"),
    guess: button("guess"),
    return: button("return"),
    bring: button("bring"),
    end: button("end"),
  };
}

/** @param {Component<Data, State>} component  @returns {Bar} */
function createBar({ data, parentElement, setTriggerValue }) {
  const root = rootOf(parentElement);
  /** @type {Bar} */
  const bar = { ...partsOf(root), data, send: setTriggerValue, wanted: 0, destroy: () => {} };
  bar.back.onclick = () => lead(bar, -1);
  bar.on.onclick = () => lead(bar, 1);
  bar.return.onclick = () => go(bar, bar.data.number);
  bar.guess.onclick = () => showGuess(bar.data.guess);
  bar.bring.onclick = () => bar.send("bring", true);
  bar.end.onclick = () => bar.send("end", true);

  const press = (/** @type {KeyboardEvent} */ event) => {
    const by = stepOf(event, root);
    if (!by || (!event.repeat && !lead(bar, by))) return;
    event.preventDefault();
    event.stopPropagation(); // a slider would turn a page of its own
  };
  const look = () => showAway(bar);
  const sizes = new ResizeObserver(() => leaveRoom(root.offsetHeight));
  sizes.observe(root);
  window.addEventListener("keydown", press, true);
  window.addEventListener("convscope:address", look);
  bar.destroy = () => {
    sizes.disconnect();
    window.removeEventListener("keydown", press, true);
    window.removeEventListener("convscope:address", look);
    leaveRoom(0);
  };
  return bar;
}

/** @param {Bar} bar  @param {number} by */
function lead(bar, by) {
  return go(bar, (bar.wanted || bar.data.number) + by);
}

/** @param {Bar} bar  @param {number} number */
function go(bar, number) {
  if (number < 1 || number > bar.data.count) return false;
  bar.wanted = number;
  bar.send("go", number);
  showCount(bar);
  return true;
}

/** @param {Bar} bar */
function show(bar) {
  const { root, data } = bar;
  root.classList.toggle("projector", data.projector);
  root.setAttribute("aria-label", `Tour: ${data.tour}`);
  setText(bar.title, data.title);
  setText(bar.sentence, data.sentence);
  bar.guess.hidden = !data.guess;
  bar.bring.hidden = !data.leads;
  showAway(bar);
  showCount(bar);
}

/** @param {Bar} bar */
function showCount(bar) {
  const { number, count } = bar.data;
  const now = bar.wanted || number;
  setText(bar.count, `${now} of ${count}`);
  bar.back.disabled = now <= 1;
  bar.on.disabled = now >= count;
  bar.root.classList.toggle("waits", now !== number);
}

/** @param {Bar} bar */
function showAway(bar) {
  const { here, mark, settings } = bar.data;
  const now = new URLSearchParams(location.search);
  // While the address is another place's, the one is yet to come that tells whether it is the step's.
  bar.return.hidden = here && (now.get("tour") !== mark || isAtStep(now, settings));
}

/** The page ends above the bar, and what gets the focus is scrolled to above it.  @param {number} height */
function leaveRoom(height) {
  if (height) document.documentElement.style.setProperty("--tour", `${height}px`);
  else document.documentElement.style.removeProperty("--tour");
}

/** @param {URLSearchParams} now  @param {Record<string, string>} settings */
function isAtStep(now, settings) {
  const names = [...now.keys()].filter((name) => !NOT_OF_THE_STEP.has(name) && !name.startsWith("embed"));
  const wanted = Object.entries(settings);
  return names.length === wanted.length && wanted.every(([name, text]) => now.get(name) === text);
}
