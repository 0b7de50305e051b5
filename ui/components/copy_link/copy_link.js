// Copies a text it was given, else the address: that always is the link to what is on screen (see
// address.js).

import { copyText } from "../shared/copying.js";
import { find, rootOf } from "../shared/dom.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place } from "../shared/theme.js" */

const REST = { page: "Copy link", text: "Copy this link" };
/** @type {WeakMap<Place, ReturnType<typeof setTimeout>>} */
const timers = new WeakMap();

/** @param {Component<{ projector: boolean, text?: string }>} component */
export default function ({ parentElement, data }) {
  const root = rootOf(parentElement);
  const button = find(root, "button", HTMLButtonElement);
  const status = find(root, "[role=status]", HTMLElement);
  const byHand = find(root, ".by-hand", HTMLInputElement);
  const rest = data.text ? REST.text : REST.page;
  root.style.setProperty("--size", data.projector ? "17.5px" : "14px");
  if (!button.classList.contains("done")) button.textContent = rest;

  button.onclick = async () => {
    const text = data.text ?? location.href;
    const copied = await copyText(text);
    button.focus(); // copying by hand took it away
    button.textContent = copied ? "Copied ✓" : "Copy it from here";
    button.classList.toggle("done", true);
    status.textContent = copied ? "Link copied" : "Copying is blocked; the link is in the field";
    byHand.hidden = copied;
    if (!copied) {
      byHand.value = text;
      byHand.focus();
      byHand.select();
    }
    clearTimeout(timers.get(parentElement));
    timers.set(
      parentElement,
      setTimeout(() => {
        button.textContent = rest;
        button.classList.toggle("done", false);
        status.textContent = "";
      }, 2500),
    );
  };
  byHand.onblur = () => (byHand.hidden = true);

  return () => clearTimeout(timers.get(parentElement));
}
