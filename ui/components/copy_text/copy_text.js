// A text and a button that copies it.

import { copyText } from "../shared/copying.js";

const PLACES = new WeakMap();
const REST = "Copy";
const MOST_LINES = 14;

function create(parentElement) {
  const root = parentElement.querySelector(".root");
  const text = document.createElement("textarea");
  text.readOnly = true;
  text.spellcheck = false;
  text.onkeydown = (event) => event.stopPropagation();
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = REST;
  const status = document.createElement("span");
  status.className = "sr-only";
  status.setAttribute("role", "status");
  root.replaceChildren(text, button, status);
  const place = { root, text, button, status, timer: 0 };
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
    clearTimeout(place.timer);
    place.timer = setTimeout(() => {
      button.textContent = REST;
      status.textContent = "";
    }, 2500);
  };
  return place;
}

export default function (component) {
  const { data, parentElement } = component;
  let place = PLACES.get(parentElement);
  if (!place) {
    place = create(parentElement);
    PLACES.set(parentElement, place);
  }
  const { root, text, button } = place;
  root.classList.toggle("large", Boolean(data.projector));
  text.value = data.text;
  text.rows = Math.min(MOST_LINES, data.text.split("\n").length);
  text.setAttribute("aria-label", data.label);
  if (button.textContent !== REST) {
    clearTimeout(place.timer);
    button.textContent = REST;
  }
  return () => clearTimeout(place.timer);
}
