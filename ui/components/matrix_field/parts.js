// What the field is made of: title and size, the cells, the text, what is said of it.

import { element } from "../shared/dom.js";
import { stepOf } from "./sizes.js";

/** @import { Field, Matrix } from "./matrix_field.js" */

/** @typedef {ReturnType<typeof buildParts>} Parts */
/** @typedef {{ resize: (axis: number, by: number) => void, write: () => void }} Acts */

const AXES = ["channel", "row", "column"];
const PLACEHOLDER = "1 0 1\n0 1 0\n1 0 1";

/** @param {Acts} acts  @param {number} axis */
function stepper(acts, axis) {
  const one = element("span", "size");
  const name = element("span");
  const count = element("output");
  const buttons = [-1, 1].map((by) => {
    const button = element("button", "", by < 0 ? "−" : "+");
    button.type = "button";
    button.onclick = () => acts.resize(axis, by);
    return button;
  });
  one.append(name, buttons[0], count, buttons[1]);
  callAxis(name, buttons, AXES[axis]);
  return { one, name, count, buttons };
}

/** @param {HTMLElement} name  @param {HTMLElement[]} buttons  @param {string} what */
function callAxis(name, buttons, what) {
  name.textContent = `${what}s`;
  buttons.forEach((button, at) => button.setAttribute("aria-label", `One ${what} ${at ? "more" : "less"}`));
}

/** @param {HTMLElement} root  @param {Acts} acts */
export function buildParts(root, acts) {
  const head = element("div", "head");
  const title = element("b");
  const sizes = element("span", "sizes");
  const steppers = [1, 2, 0].map((axis) => ({ axis, ...stepper(acts, axis) }));
  sizes.append(...steppers.map((s) => s.one));
  head.append(title, sizes);

  const start = element("button", "start", "Type it cell by cell");
  start.type = "button";
  start.onclick = () => acts.resize(0, 0);

  const parts = element("div", "parts");
  const grids = element("div", "grids");
  const paste = element("div", "paste");
  const text = element("textarea");
  text.spellcheck = false;
  text.autocomplete = "off";
  text.setAttribute("autocapitalize", "off");
  text.placeholder = PLACEHOLDER;
  text.oninput = () => acts.write();
  // A key pressed in it belongs to it alone, not to the lesson.
  text.onkeydown = (event) => event.stopPropagation();
  const said = element("div", "said");
  said.setAttribute("role", "status");
  paste.append(text, said);
  parts.append(grids, paste);
  const notes = element("div", "notes");
  root.replaceChildren(head, start, parts, notes);
  return { root, title, sizes, steppers, start, grids, paste, text, said, notes };
}

/** @param {Field} field  @param {Matrix | null} matrix */
export function paintSizes(field, matrix) {
  const { data, root } = field;
  root.classList.toggle("large", Boolean(data.projector));
  root.style.fontFamily = field.theme.font;
  field.title.textContent = data.title;
  field.text.setAttribute("aria-label", `${data.title}: type or paste a whole matrix`);
  field.paste.hidden = !data.editable;
  field.paste.style.display = data.editable ? "" : "none";
  field.sizes.style.display = data.editable && matrix ? "" : "none";
  field.start.style.display = data.editable && !matrix ? "" : "none";
  for (const { axis, one, name, count, buttons } of field.steppers) {
    const n = matrix ? matrix.size[axis] : 1;
    const step = stepOf(data, axis);
    one.style.display = data.most[axis] > 1 ? "" : "none";
    count.textContent = String(n / step);
    buttons[0].disabled = n <= step;
    buttons[1].disabled = n >= data.most[axis];
    if (axis === 0) callAxis(name, buttons, data.each ? "filter" : "channel");
  }
  field.said.textContent = field.local ? "" : data.said;
  field.said.classList.toggle("wrong", !field.local && data.wrong);
}
