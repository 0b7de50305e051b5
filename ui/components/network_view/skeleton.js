// The elements that the view is drawn into, back to front.

import { addElement } from "../shared/dom.js";

/** @param {HTMLElement} root */
export function buildDom(root) {
  root.replaceChildren();
  const view = addElement(root, "div", "network-view");
  const bar = addElement(view, "div", "bar");
  const crumbs = addElement(bar, "nav", "crumbs");
  crumbs.setAttribute("aria-label", "Open level");
  const switches = addElement(bar, "div", "switches");
  const scene = addElement(view, "div", "scene");
  scene.tabIndex = 0;
  scene.setAttribute("role", "application");
  scene.setAttribute("aria-label", "The network, layer by layer. Arrows move, Enter opens, Escape goes back.");
  const edges = addElement(scene, "canvas", "layer edges");
  const numbers = addElement(scene, "canvas", "layer numbers");
  const marks = addElement(scene, "canvas", "layer marks"); // tiles come before it
  const heads = addElement(scene, "div", "heads");
  const texts = addElement(scene, "div", "texts");
  texts.setAttribute("aria-hidden", "true");
  const bars = addElement(scene, "div", "bars");
  const panel = addElement(scene, "div", "panel");
  const foot = addElement(view, "div", "foot");
  const live = addElement(view, "div", "sr-only");
  live.setAttribute("aria-live", "polite");
  return { root, view, bar, crumbs, switches, scene, edges, marks, numbers, heads, texts, bars, panel, foot, live };
}
