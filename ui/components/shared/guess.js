// Brings a guess of the page into sight.

const SETTLES = 4000; // milliseconds in which what stands above may still grow
const AGAIN = 200;

/** @param {string} name */
function placeOf(name) {
  return document.querySelector(`.st-key-guess_${CSS.escape(name)}`);
}

/** Scroll to it, and put the focus into it: somebody asked for it.  @param {string} name */
export function showGuess(name) {
  const place = placeOf(name);
  if (!place) return;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  place.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  const first = place.querySelector("input, button");
  if (first instanceof HTMLElement) first.focus({ preventScroll: true });
}

/**
 * Have it in sight on a page that is just being drawn, until the page is at rest or is touched. The
 * focus stays where it is: on a phone it would bring up the keyboard.
 * @param {string} name
 */
export function arriveAtGuess(name) {
  const watch = new AbortController();
  const began = performance.now();
  const look = setInterval(() => {
    const place = placeOf(name);
    const box = place?.getBoundingClientRect();
    if (box && (box.top < 0 || box.bottom > window.innerHeight)) place?.scrollIntoView({ block: "center" });
    if (performance.now() - began > SETTLES) watch.abort();
  }, AGAIN);
  watch.signal.addEventListener("abort", () => clearInterval(look));
  for (const kind of ["pointerdown", "wheel", "keydown"]) {
    window.addEventListener(kind, () => watch.abort(), { capture: true, passive: true, signal: watch.signal });
  }
}
