// The map: dots on one canvas, what moves and what is pointed at on another above it, the sample
// that is meant beside them.

import { prefersStill } from "../shared/canvas.js";
import { addElement, rootOf } from "../shared/dom.js";
import { pictureButton } from "../shared/take_away.js";
import { readTheme } from "../shared/theme.js";
import { between, inside, laidOut, onScreen } from "./model.js";
import { drawDots, drawMarks } from "./paint.js";
import { listen } from "./pointing.js";
import { buildLegend, makeSide, showSample } from "./side.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place, Theme } from "../shared/theme.js" */
/** @import { Frame, Point } from "./model.js" */
/** @import { Side } from "./side.js" */

/**
 * @typedef {object} Samples
 * @property {Uint8Array} images  one picture after the other, ink 255
 * @property {[number, number]} side  height, width of a picture
 * @property {Uint8Array} labels
 * @property {string[]} classes
 * @property {string[]} marks  a sign for each class
 */
/**
 * @typedef {object} Data
 * @property {Samples} samples
 * @property {Float32Array} places  x, y, …
 * @property {string[]} answers  one a sample
 * @property {[string, string]} axes
 * @property {string} label
 * @property {Point | null} here
 * @property {string} hereName
 * @property {number[]} near
 * @property {number} sequence
 * @property {number | null} picked
 * @property {number} epoch
 * @property {boolean} fixed  a task holds what is picked
 * @property {number} height
 * @property {boolean} projector
 */
/** @typedef {{ picked: number }} State */
/**
 * @typedef {object} DotMap
 * @property {ReturnType<typeof build>} dom
 * @property {Side} side
 * @property {Data} data
 * @property {Theme} theme
 * @property {number} width
 * @property {number} height
 * @property {Float32Array} points  of the dots, on the screen, as they are drawn
 * @property {Frame} frame
 * @property {Point | null} here  on the screen
 * @property {Point[]} trail  where it was before
 * @property {number} pointed  -1: none
 * @property {number} picked
 * @property {number} only  the class that alone is shown strongly; -1: all
 * @property {number} gliding  of the animation; 0: none
 * @property {(picked: number) => void} send
 * @property {ResizeObserver} observer
 */

const GLIDE_MS = 450;
/** Of the trail. */
const STEPS = 60;

/** @type {WeakMap<Place, DotMap>} */
const MAPS = new WeakMap();

/** @param {HTMLElement} root */
function build(root) {
  root.classList.add("dot-map");
  const plane = addElement(root, "div", "plane");
  plane.tabIndex = 0;
  plane.setAttribute("role", "application");
  const dots = addElement(plane, "canvas", "dots");
  const marks = addElement(plane, "canvas", "marks");
  const right = addElement(plane, "div", "axis right");
  const up = addElement(plane, "div", "axis up");
  const side = addElement(root, "div", "side");
  const live = addElement(root, "div", "sr-only");
  live.setAttribute("aria-live", "polite");
  return { root, plane, dots, marks, right, up, side, live };
}

/** @param {Component<Data, State>} component  @returns {DotMap} */
function make({ data, parentElement }) {
  const dom = build(rootOf(parentElement));
  const observer = new ResizeObserver(() => {
    if (dom.plane.clientWidth && dom.plane.clientWidth !== map.width) place(map, false);
  });
  /** @type {DotMap} */
  const map = {
    ...{ dom, data, observer, side: makeSide(dom.side), theme: readTheme(parentElement) },
    ...{ width: 0, height: 0, points: new Float32Array(), frame: { middleX: 0, middleY: 0, reach: 1 } },
    ...{ here: null, trail: [], pointed: -1, picked: data.picked ?? -1, only: -1, gliding: 0 },
    send: () => {},
  };
  dom.side.append(pictureButton(dom.root));
  listen(map, { point, pick });
  observer.observe(dom.plane);
  return map;
}

/** The dots get their places, and glide there from where they are.  @param {DotMap} map  @param {boolean} glide */
function place(map, glide) {
  const { plane } = map.dom;
  plane.style.height = `${heightOf(map)}px`;
  map.width = plane.clientWidth;
  map.height = plane.clientHeight;
  if (map.width < 20) return;
  const before = map.points;
  const { frame, points } = laidOut(map.data.places, map.width, map.height);
  map.frame = frame;
  map.trail = [];
  cancelAnimationFrame(map.gliding);
  map.gliding = 0;
  if (glide && before.length === points.length && !prefersStill()) glideTo(map, before, points);
  else map.points = points;
  drawDots(map);
  locate(map);
}

/** @param {DotMap} map */
function heightOf(map) {
  const room = map.dom.plane.clientWidth;
  return Math.min(map.data.height, Math.max(280, room * 1.05));
}

/** @param {DotMap} map  @param {Float32Array} before  @param {Float32Array} after */
function glideTo(map, before, after) {
  const began = performance.now();
  const step = (/** @type {number} */ now) => {
    const share = Math.min(1, (now - began) / GLIDE_MS);
    map.points = share < 1 ? between(before, after, Math.max(0, share)) : after;
    map.gliding = share < 1 ? requestAnimationFrame(step) : 0;
    drawDots(map);
    drawMarks(map);
  };
  map.points = before;
  map.gliding = requestAnimationFrame(step);
}

/** Where the drawing lies among them now.  @param {DotMap} map */
function locate(map) {
  const { here } = map.data;
  const before = map.here;
  map.here = here && inside(onScreen(map.frame, ...here, map.width, map.height), map.width, map.height, 10);
  const moved = before && map.here && (before[0] !== map.here[0] || before[1] !== map.here[1]);
  if (moved && !map.gliding) map.trail = [...map.trail, before].slice(-STEPS);
  if (!map.here) map.trail = [];
  const { plane } = map.dom;
  plane.dataset.here = map.here ? map.here.map((v) => v.toFixed(1)).join(" ") : "";
  drawMarks(map);
}

/** @param {DotMap} map  @param {number} index  -1: nothing  @param {boolean} [told] */
function point(map, index, told = false) {
  if (map.pointed === index) return;
  map.pointed = index;
  map.dom.plane.style.cursor = index < 0 ? "" : "pointer";
  drawMarks(map);
  showMeant(map);
  if (told && index >= 0) map.dom.live.textContent = wordsOf(map.data, index);
}

/** @param {DotMap} map  @param {number} index  -1: nothing */
function pick(map, index) {
  if (map.data.fixed) return point(map, index, true); // a finger leaves nothing pointed at
  map.picked = map.picked === index ? -1 : index;
  drawMarks(map);
  showMeant(map);
  if (map.picked >= 0) map.dom.live.textContent = wordsOf(map.data, map.picked);
  map.send(map.picked);
}

/** @param {Data} data  @param {number} index */
function wordsOf(data, index) {
  return `${data.samples.classes[data.samples.labels[index]]}. ${data.answers[index]}`;
}

/** The sample that is pointed at, or else picked, or else the nearest.  @param {DotMap} map */
function showMeant(map) {
  const { data, pointed, picked } = map;
  const index = [pointed, picked, data.near[0] ?? -1].find((n) => n >= 0) ?? -1;
  const which = index === pointed || index === picked ? "" : `nearest to ${data.hereName}`;
  showSample(map.side, data, index, which, map.theme);
}

/** @param {DotMap} map  @param {Component<Data, State>} component */
function adopt(map, { data, parentElement, setStateValue }) {
  const before = map.data;
  const theme = readTheme(parentElement);
  const first = map.width === 0;
  const redressed = theme.name !== map.theme.name || data.projector !== before.projector;
  if (first || data.fixed || data.epoch !== before.epoch) map.picked = data.picked ?? -1;
  map.data = data;
  map.theme = theme;
  map.send = (picked) => setStateValue("picked", picked);
  const { root, plane, right, up } = map.dom;
  root.classList.toggle("projector", data.projector);
  root.style.setProperty("--accent", theme.accent);
  const enter = data.fixed ? "" : ", Enter picks one";
  plane.setAttribute("aria-label", `${data.label} Arrow keys go from dot to dot${enter}.`);
  [right.textContent, up.textContent] = data.axes;
  if (first || redressed || data.samples !== before.samples) {
    buildLegend(map.side, data, theme, (only) => {
      map.only = only;
      drawDots(map);
    });
    map.only = -1;
  }
  if (first || data.places !== before.places) place(map, !first);
  else {
    if (redressed) drawDots(map);
    locate(map);
  }
  showMeant(map);
  root.dataset.sequence = String(data.sequence);
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { parentElement } = component;
  const map = MAPS.get(parentElement) ?? make(component);
  MAPS.set(parentElement, map);
  adopt(map, component);
  return () => {
    cancelAnimationFrame(map.gliding);
    map.observer.disconnect();
    MAPS.delete(parentElement);
  };
}
