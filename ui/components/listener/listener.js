// The ear of a student's ribbon: asks a route of the server's every few seconds whether the class has
// anything new for this page, and has the page run only then. It draws nothing.
//
// It does not ask while the tab is hidden, and moves nothing while a pen or a finger is down.

import { arriveAtGuess } from "../shared/guess.js";
import { createEar } from "./ear.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place } from "../shared/theme.js" */

/**
 * @typedef {object} Data
 * @property {string} seat  what the route is asked with
 * @property {string} at  the page's slug
 * @property {boolean} drawings  whether the page shows the class's drawings
 * @property {string} mark  what the page has been made with
 * @property {number} every  milliseconds between two looks
 * @property {string} show  a guess to bring into sight, once; "" for none
 * @property {number} asked  how often that was asked for
 */
/** @typedef {{ heard: string }} State */
/** @typedef {ReturnType<typeof createListener>} Listener */

/** @type {WeakMap<Place, Listener>} */
const EARS = new WeakMap();
const ADDRESS = new URL("../../../class/news", import.meta.url); // behind a base path, too
const LONGEST = 8000; // milliseconds; a server that starts anew answers nobody

let pressed = 0;
const pressing = (/** @type {PointerEvent} */ event) => void (pressed = event.buttons);
for (const name of /** @type {const} */ (["pointerdown", "pointerup", "pointercancel"])) {
  window.addEventListener(name, pressing, { capture: true, passive: true });
}

/** The mark; "" where this device has no seat any more; null where nobody answers just now.  @param {Data} data */
async function ask({ seat, at }) {
  const address = new URL(ADDRESS);
  address.searchParams.set("at", at);
  try {
    const answer = await fetch(address, {
      headers: { "X-Class-Seat": seat },
      cache: "no-store",
      signal: AbortSignal.timeout(LONGEST),
    });
    if (answer.status === 404) return "";
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

/** Without its second part, which is of the drawings: not every page shows them.
 * @param {Data} data  @param {string} mark */
function partOf({ drawings }, mark) {
  return drawings ? mark : mark.split(".")[0];
}

/** @param {Data} data */
function createListener(data) {
  const ear = createEar({
    ask: async () => {
      const heard = await ask(listener.data);
      return heard === null ? null : partOf(listener.data, heard);
    },
    tell: (mark) => listener.send(mark),
    busy: () => pressed !== 0,
    away: () => document.hidden,
  });
  const seen = () => void (document.hidden || ear.look());
  /** @type {{ data: Data, ear: typeof ear, seen: () => void, send: (mark: string) => void, shown: number }} */
  const listener = { data, ear, seen, send: () => {}, shown: 0 };
  document.addEventListener("visibilitychange", seen);
  return listener;
}

/** @param {Component<Data, State>} component */
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const listener = EARS.get(parentElement) ?? createListener(data);
  EARS.set(parentElement, listener);
  listener.data = data;
  listener.send = (mark) => setTriggerValue("heard", mark);
  if (data.show && data.asked !== listener.shown) {
    listener.shown = data.asked; // drawn again for another reason, the page stays where the student is
    arriveAtGuess(data.show);
  }
  listener.ear.made(partOf(data, data.mark), data.every);
  return () => {
    document.removeEventListener("visibilitychange", listener.seen);
    listener.ear.end();
    EARS.delete(parentElement);
  };
}
