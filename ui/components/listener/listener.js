// The ear of a student's ribbon: asks a route of the server's every few seconds whether the class has
// anything new for this page, and has the page run only then. It draws nothing.
//
// It does not ask while the tab is hidden, and moves nothing while a pen or a finger is down.

import { createEar } from "./ear.js";

const EARS = new WeakMap();
const ADDRESS = new URL("../../../class/news", import.meta.url); // behind a base path, too
const LONGEST = 8000; // milliseconds; a server that starts anew answers nobody

let pressed = 0;
const pressing = (event) => (pressed = event.buttons);
for (const name of ["pointerdown", "pointerup", "pointercancel"]) {
  window.addEventListener(name, pressing, { capture: true, passive: true });
}

/** The mark; "" where this device has no seat any more; null where nobody answers just now. */
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

function createListener() {
  const listener = { data: null, send: () => {} };
  // Its second part is of the drawings, which not every page shows.
  listener.part = (mark) => (listener.data.drawings ? mark : (mark?.split(".")[0] ?? null));
  listener.ear = createEar({
    ask: async () => listener.part(await ask(listener.data)),
    tell: (mark) => listener.send(mark),
    busy: () => pressed !== 0,
    away: () => document.hidden,
  });
  listener.seen = () => document.hidden || listener.ear.look();
  document.addEventListener("visibilitychange", listener.seen);
  return listener;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  if (!EARS.has(parentElement)) EARS.set(parentElement, createListener());
  const listener = EARS.get(parentElement);
  listener.data = data;
  listener.send = (mark) => setTriggerValue("heard", mark);
  listener.ear.made(listener.part(data.mark), data.every);
  return () => {
    document.removeEventListener("visibilitychange", listener.seen);
    listener.ear.end();
    EARS.delete(parentElement);
  };
}
