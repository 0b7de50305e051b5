// Takes a picture: with a live camera where the browser gives one, else with a phone's own.
//
// A page that came over plain http from another machine is no secure context and gets no live
// camera. There a file field opens the camera of a phone; a laptop has nothing of the kind, and is
// told what helps. The picture is made smaller here, so that what is sent is bounded.

import { contextOf } from "../shared/canvas.js";
import { find } from "../shared/dom.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place } from "../shared/theme.js" */

/**
 * @typedef {object} Data
 * @property {number} most  the longest side of a picture
 * @property {string} words  what is said at first
 * @property {boolean} live  picture after picture, as each has been answered
 * @property {number} answered  the last one that was
 */
/** @typedef {{ shot: { sequence: number, jpeg: string } }} State  base64 */
/**
 * @typedef {ReturnType<typeof partsOf> & {
 *   way: "live" | "phone" | "none",
 *   stream: MediaStream | null,
 *   sequence: number,
 *   gone: boolean,
 *   most: number,
 *   live: boolean,
 *   answered: number,
 *   timer: number,
 *   send: (shot: State["shot"]) => void,
 * }} Camera
 */

/** @type {WeakMap<Place, Camera>} */
const CAMERAS = new WeakMap();

const CANNOT =
  "A browser lends its camera only to a page that came over https: take a file " +
  "instead, or ask whoever started the app to start it with a certificate (its README says how).";
/** @type {Record<string, string>} */
const TROUBLE = {
  NotAllowedError: "The camera was not allowed. Allow it in the browser, beside the address, and start again.",
  NotFoundError: "No camera was found on this machine. A file works as well.",
  NotReadableError: "The camera cannot be used just now; perhaps another program holds it.",
};
const OTHERWISE = "The camera could not be started. A file works as well.";
const UNREADABLE = "This picture cannot be read. Take another one, or choose a file.";

/** Milliseconds between two pictures at least: nobody reads names faster. */
const PACE = 300;

/** How a picture is taken here.  @returns {Camera["way"]} */
function way() {
  if (window.isSecureContext && typeof navigator.mediaDevices?.getUserMedia === "function") return "live";
  return matchMedia("(pointer: coarse)").matches ? "phone" : "none";
}

/**
 * A picture or a frame of the live camera, no side longer than `most`, as a JPEG's data URL.
 * @param {CanvasImageSource} source  @param {number} width  @param {number} height  @param {number} most
 */
function smaller(source, width, height, most) {
  const scale = Math.min(1, most / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  contextOf(canvas).drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.9);
}

/** @param {Camera} state */
function stop(state) {
  clearTimeout(state.timer);
  for (const track of state.stream?.getTracks() ?? []) track.stop();
  state.stream = null;
  state.video.srcObject = null;
}

/** @param {Camera} state  @param {string} [url]  what was taken */
function show(state, url = "") {
  const live = Boolean(state.stream);
  state.video.hidden = !live;
  state.taken.hidden = live || !url;
  if (url) state.taken.src = url;
  state.start.hidden = state.way !== "live" || live;
  state.start.textContent = url ? "Take another" : "Start the camera";
  state.take.hidden = !live;
  state.take.textContent = state.live ? "Stop" : "Take the picture";
  state.phone.hidden = state.way !== "phone";
  state.phone.textContent = url ? "Take another" : "Take a picture with the camera";
}

/** @param {Camera} state  @param {string} url */
function give(state, url) {
  state.words.textContent = "";
  state.sequence = Math.max(state.sequence + 1, Date.now());
  state.send({ sequence: state.sequence, jpeg: url.slice(url.indexOf(",") + 1) });
}

/** What the camera sees now.  @param {Camera} state */
function frame(state) {
  return smaller(state.video, state.video.videoWidth, state.video.videoHeight, state.most);
}

/** The picture is taken, or the running camera stopped: what it saw last stays.  @param {Camera} state */
function take(state) {
  const url = frame(state);
  stop(state);
  show(state, url);
  give(state, url);
}

/** The next picture of a running camera, when the last has been answered.  @param {Camera} state */
function follow(state) {
  clearTimeout(state.timer);
  if (!state.live || !state.stream || state.answered < state.sequence) return;
  const rest = Math.max(0, state.sequence + PACE - Date.now());
  state.timer = window.setTimeout(() => {
    if (state.stream) give(state, frame(state));
  }, rest);
}

/** @param {Camera} state */
async function start(state) {
  state.words.textContent = "";
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    state.stream = stream;
    if (state.gone) return stop(state);
    state.video.srcObject = stream;
    await state.video.play();
    show(state);
    state.take.focus();
    state.answered = state.sequence; // whatever became of the last one
    follow(state);
  } catch (error) {
    stop(state);
    show(state);
    state.words.textContent = TROUBLE[error instanceof Error ? error.name : ""] ?? OTHERWISE;
  }
}

/** @param {Camera} state  @param {File | undefined} file */
async function read(state, file) {
  if (!file) return;
  try {
    const picture = await createImageBitmap(file);
    const url = smaller(picture, picture.width, picture.height, state.most);
    picture.close();
    show(state, url);
    give(state, url);
  } catch {
    state.words.textContent = UNREADABLE;
  }
}

/** @param {Place} place */
function partsOf(place) {
  return {
    start: find(place, ".start", HTMLButtonElement),
    take: find(place, ".take", HTMLButtonElement),
    phone: find(place, ".phone", HTMLButtonElement),
    taken: find(place, ".taken", HTMLImageElement),
    words: find(place, ".words", HTMLElement),
    file: find(place, ".file", HTMLInputElement),
    video: find(place, ".live", HTMLVideoElement),
  };
}

/** @param {Component<Data, State>} component */
function prepare({ parentElement, data }) {
  /** @type {Camera} */
  const state = {
    ...partsOf(parentElement),
    way: way(),
    stream: null,
    sequence: 0,
    gone: false,
    most: data.most,
    live: data.live,
    answered: 0,
    timer: 0,
    send: () => {},
  };
  state.start.onclick = () => start(state);
  state.take.onclick = () => take(state);
  state.phone.onclick = () => state.file.click();
  state.file.onchange = () => {
    read(state, state.file.files?.[0]);
    state.file.value = ""; // the same file may be chosen again
  };
  show(state);
  state.words.textContent = state.way === "none" ? CANNOT : data.words;
  return state;
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { parentElement, data, setStateValue } = component;
  const state = CAMERAS.get(parentElement) ?? prepare(component);
  CAMERAS.set(parentElement, state);
  state.most = data.most;
  state.live = data.live;
  state.answered = data.answered;
  state.send = (shot) => setStateValue("shot", shot);
  state.gone = false;
  follow(state);
  return () => {
    state.gone = true;
    stop(state);
  };
}
