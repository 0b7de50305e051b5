// The button that saves what a component shows as a picture. A link of the page's own with a file
// in it is all that is needed: it works on a school's network, without https.

import { element } from "./dom.js";
import { photograph } from "./photograph.js";
import { readTheme } from "./theme.js";

/**
 * "Save picture": a button for the component's own row of buttons.
 * @param {HTMLElement} root  what is to be seen in the picture, but for its buttons
 */
export function pictureButton(root) {
  const button = element("button", "take-away", "Save picture");
  button.type = "button";
  button.title = "Save what is shown as a picture (PNG)";
  button.onclick = (event) => {
    event.stopPropagation();
    photograph(root, readTheme(root).surface).toBlob((file) => {
      if (file) save(file, `${plainName(`convscope ${document.title}`)}.png`);
    });
  };
  return button;
}

/** Letters, digits and strokes: a name for a file on any machine.  @param {string} name */
export function plainName(name) {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return plain.replace(/^-+|-+$/g, "").slice(0, 60) || "picture";
}

/** @param {Blob} file  @param {string} name */
function save(file, name) {
  const link = element("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
