// The bar at the foot of the window. It says where the tour is and sends where to go; that the page
// has been turned away from its step it sees in the address, which always holds what is on screen.

import { readTheme } from "../shared/theme.js";
import { stepOf } from "./keys.js";

const BARS = new WeakMap();
const NOT_OF_THE_STEP = new Set(["tour", "projector", "task"]);
const PARTS = ["title", "sentence", "back", "count", "on", "guess", "return", "bring", "end"];

export default function (component) {
  const { parentElement } = component;
  let bar = BARS.get(parentElement);
  if (!bar) {
    bar = createBar(parentElement.querySelector(".root"));
    BARS.set(parentElement, bar);
  }
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

function createBar(root) {
  const bar = { root, data: null, send: () => {}, wanted: 0 };
  for (const name of PARTS) bar[name] = root.querySelector(`.${name}`);
  bar.back.onclick = () => lead(bar, -1);
  bar.on.onclick = () => lead(bar, 1);
  bar.return.onclick = () => go(bar, bar.data.number);
  bar.guess.onclick = () => showGuess(bar.data.guess);
  bar.bring.onclick = () => bar.send("bring", true);
  bar.end.onclick = () => bar.send("end", true);

  const press = (event) => {
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

function lead(bar, by) {
  return go(bar, (bar.wanted || bar.data.number) + by);
}

function go(bar, number) {
  if (number < 1 || number > bar.data.count) return false;
  bar.wanted = number;
  bar.send("go", number);
  showCount(bar);
  return true;
}

function show(bar) {
  const { root, data } = bar;
  root.classList.toggle("projector", data.projector);
  root.setAttribute("aria-label", `Tour: ${data.tour}`);
  setText(bar.title, data.title);
  setText(bar.sentence, data.sentence);
  bar.guess.hidden = !data.guess;
  bar.bring.hidden = !data.leads;
  const place = `${data.tour} ${data.number} ${data.here}`;
  // At a new place the address is yet to come that tells whether it is the step's.
  if (place !== bar.place) bar.return.hidden = data.here;
  else showAway(bar);
  bar.place = place;
  showCount(bar);
}

function showCount(bar) {
  const { number, count } = bar.data;
  const now = bar.wanted || number;
  setText(bar.count, `${now} of ${count}`);
  bar.back.disabled = now <= 1;
  bar.on.disabled = now >= count;
  bar.root.classList.toggle("waits", now !== number);
}

function showAway(bar) {
  bar.return.hidden = bar.data.here && isAtStep(bar.data.settings);
}

// What is written again is read out again.
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// The page ends above the bar, and what gets the focus is scrolled to above it.
function leaveRoom(height) {
  if (height) document.documentElement.style.setProperty("--tour", `${height}px`);
  else document.documentElement.style.removeProperty("--tour");
}

function isAtStep(settings) {
  const now = new URLSearchParams(location.search);
  const names = [...now.keys()].filter((name) => !NOT_OF_THE_STEP.has(name) && !name.startsWith("embed"));
  const wanted = Object.entries(settings);
  return names.length === wanted.length && wanted.every(([name, text]) => now.get(name) === text);
}

function showGuess(name) {
  const place = document.querySelector(`.st-key-guess_${name}`);
  if (!place) return;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  place.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  place.querySelector("input, button")?.focus({ preventScroll: true });
}
