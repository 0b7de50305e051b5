// What the field is made of: title and size, the cells, the text, what is said of it.

const AXES = ["channel", "row", "column"];
const PLACEHOLDER = "1 0 1\n0 1 0\n1 0 1";

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function stepper(field, axis) {
  const one = element("span", "size");
  const name = element("span", "", `${AXES[axis]}s`);
  const count = document.createElement("output");
  const buttons = [-1, 1].map((by) => {
    const button = element("button", "", by < 0 ? "−" : "+");
    button.type = "button";
    button.setAttribute("aria-label", `One ${AXES[axis]} ${by < 0 ? "less" : "more"}`);
    button.onclick = () => field.resize(axis, by);
    return button;
  });
  one.append(name, buttons[0], count, buttons[1]);
  return { one, count, buttons };
}

export function buildParts(field) {
  const head = element("div", "head");
  field.title = element("b", "");
  field.sizes = element("span", "sizes");
  field.steppers = [1, 2, 0].map((axis) => ({ axis, ...stepper(field, axis) }));
  field.sizes.append(...field.steppers.map((s) => s.one));
  head.append(field.title, field.sizes);

  field.start = element("button", "start", "Type it cell by cell");
  field.start.type = "button";
  field.start.onclick = () => field.resize(0, 0);

  const parts = element("div", "parts");
  field.grids = element("div", "grids");
  field.paste = element("div", "paste");
  field.text = element("textarea", "");
  field.text.spellcheck = false;
  field.text.autocomplete = "off";
  field.text.setAttribute("autocapitalize", "off");
  field.text.placeholder = PLACEHOLDER;
  field.text.oninput = () => field.write();
  // A key pressed in it belongs to it alone, not to the lesson.
  field.text.onkeydown = (event) => event.stopPropagation();
  field.said = element("div", "said");
  field.said.setAttribute("role", "status");
  field.paste.append(field.text, field.said);
  parts.append(field.grids, field.paste);
  field.notes = element("div", "notes");
  field.root.replaceChildren(head, field.start, parts, field.notes);
}

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
  for (const { axis, one, count, buttons } of field.steppers) {
    const n = matrix ? matrix.size[axis] : 1;
    one.style.display = data.most[axis] > 1 ? "" : "none";
    count.textContent = String(n);
    buttons[0].disabled = n <= 1;
    buttons[1].disabled = n >= data.most[axis];
  }
  field.said.textContent = field.local ? "" : data.said;
  field.said.classList.toggle("wrong", !field.local && data.wrong);
}
