// A text and a button that copies it.

import { copyText } from "../shared/copying.js";
import { element, rootOf } from "../shared/dom.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place as Host } from "../shared/theme.js" */

/** @typedef {{ text: string, label: string, projector: boolean }} Data */
/** @typedef {ReturnType<typeof create>} Place */

/** @type {WeakMap<Host, Place>} */
const PLACES = new WeakMap();
const REST = "Copy";
const MOST_LINES = 14;

/** @param {Host} parentElement */
function create(parentElement) {
  const root = rootOf(parentElement);
  const text = element("textarea");
  text.readOnly = true;
  text.spellcheck = false;
  text.onkeydown = (event) => event.stopPropagation();
  const button = element("button", "", REST);
  button.type = "button";
  const status = element("span", "sr-only");
  status.setAttribute("role", "status");
  root.replaceChildren(text, button, status);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const stop = () => clearTimeout(timer);
  button.onclick = async () => {
    const copied = await copyText(text.value);
    if (copied) {
      button.focus(); // copying by hand took it away
    } else {
      text.focus();
      text.select();
    }
    button.textContent = copied ? "Copied ✓" : "Copy it from the field";
    status.textContent = copied ? "Copied" : "Copying is blocked; the text is selected";
    stop();
    timer = setTimeout(() => {
      button.textContent = REST;
      status.textContent = "";
    }, 2500);
  };
  return { root, text, button, stop };
}

/** @param {Component<Data>} component */
export default function ({ data, parentElement }) {
  const place = PLACES.get(parentElement) ?? create(parentElement);
  PLACES.set(parentElement, place);
  const { root, text, button } = place;
  root.classList.toggle("large", Boolean(data.projector));
  text.value = data.text;
  text.rows = Math.min(MOST_LINES, data.text.split("\n").length);
  text.setAttribute("aria-label", data.label);
  if (button.textContent !== REST) {
    place.stop();
    button.textContent = REST;
  }
  return place.stop;
}
