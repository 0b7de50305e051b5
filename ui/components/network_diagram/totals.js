// The whole network as bars: what is counted, divided among the kinds of layers.

import { addElement } from "../shared/dom.js";
import { grouped } from "./words.js";

/** @typedef {{ title: string, count: number, parts: [string, number][] }} Total  parts: a kind and its share */

const NAMES = /** @type {Record<string, string>} */ ({
  conv: "convolutions",
  dense: "dense layers",
  pool: "all others",
});
/** A part that is shorter has its words below the bar, not in it. */
const NARROW = 0.22;

/** @param {HTMLElement} place  @param {Total[]} totals */
export function drawTotals(place, totals) {
  place.replaceChildren();
  for (const { title, count, parts } of totals) {
    const total = addElement(place, "div", "total");
    const line = addElement(total, "div", "line");
    addElement(line, "b", "", `${title}: ${grouped(count)}`);
    const said = parts.map(([kind, share]) => `${NAMES[kind]} ${words(share)}`);
    addElement(line, "span", "", said.join(", "));
    const whole = addElement(total, "div", "whole");
    whole.setAttribute("aria-hidden", "true");
    for (const [kind, share] of parts) {
      const wide = share >= NARROW;
      const part = addElement(whole, "div", `part ${kind} ${wide ? "" : "narrow"}`, wide ? NAMES[kind] : "");
      part.style.flex = `${share} 0 0`;
    }
  }
}

/** @param {number} share */
const words = (share) => (share < 0.0005 ? "< 0.1%" : `${(100 * share).toFixed(1)}%`);
