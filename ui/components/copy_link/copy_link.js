// Copies a text it was given, else the address: that always is the link to what is on screen (see
// address.js).

import { copyText } from "../shared/copying.js";

const REST = { page: "Copy link", text: "Copy this link" };
const timers = new WeakMap();

export default function (component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".root");
  const button = root.querySelector("button");
  const status = root.querySelector("[role=status]");
  const byHand = root.querySelector(".by-hand");
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
