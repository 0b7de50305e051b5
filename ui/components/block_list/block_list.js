// The blocks of a network in a column. Python holds the blocks; what is changed here is sent, and
// drawn when it comes back. A block is moved by dragging its handle, or with the arrow keys on it.

const LISTS = new WeakMap();

// A shape as a small picture: maps as a stack of squares, a vector as a bar.
function glyph(shape) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("width", "48");
  svg.setAttribute("height", "38");
  svg.setAttribute("aria-hidden", "true");
  const rect = (x, y, w, h, alpha) => {
    const r = document.createElementNS(svg.namespaceURI, "rect");
    for (const [k, v] of Object.entries({ x, y, width: w, height: h, rx: 1 })) r.setAttribute(k, v);
    r.setAttribute("fill", "var(--st-background-color)");
    r.setAttribute("stroke", "currentColor");
    r.setAttribute("stroke-opacity", alpha);
    svg.append(r);
  };
  if (shape.length === 3) {
    const [c, h, w] = shape;
    const sheets = Math.min(7, 1 + Math.floor(Math.log2(c)));
    const tall = Math.max(4, Math.min(26, h * 0.9));
    const wide = Math.max(4, Math.min(26, w * 0.9));
    for (let i = sheets - 1; i >= 0; i--) rect(3 + i * 2.6, 31 - tall - i * 1.4 + 3, wide, tall, i ? 0.45 : 0.9);
  } else if (shape.length === 1) {
    rect(12, 2, 6, Math.max(6, Math.min(34, 5 * Math.log2(shape[0] + 1) * 0.75)), 0.9);
  }
  return svg;
}

function button(text, className, label, onclick) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.className = className;
  if (label) made.setAttribute("aria-label", label);
  made.onclick = onclick;
  return made;
}

function send(list, blocks, focus) {
  list.focus = focus;
  list.emit(blocks);
}

function moved(list, from, to) {
  const blocks = [...list.data.blocks];
  if (to < 0 || to >= blocks.length || to === from) return;
  blocks.splice(to, 0, ...blocks.splice(from, 1));
  send(list, blocks, [to, "handle"]);
}

function numberField(list, i, field) {
  const label = document.createElement("label");
  label.textContent = field.label;
  const input = document.createElement("input");
  input.type = "number";
  input.dataset.name = field.name;
  Object.assign(input, { min: field.lo, max: field.hi, step: field.step, value: field.value });
  input.inputMode = field.step < 1 ? "decimal" : "numeric";
  input.onchange = () => {
    const whole = Number.isInteger(field.step) ? Math.round(Number(input.value)) : Number(input.value);
    const value = Math.min(field.hi, Math.max(field.lo, whole));
    if (input.value === "" || !Number.isFinite(value) || value === field.value) {
      input.value = field.value;
      return;
    }
    input.value = value;
    const blocks = list.data.blocks.map((b, j) => (j === i ? { ...b, [field.name]: value } : b));
    send(list, blocks, [i, field.name]);
  };
  label.append(input);
  return label;
}

function dragHandle(list, i, title) {
  const handle = button("⠿", "handle", `Move ${title}, block ${i + 1}: drag, or press arrow up or down`, null);
  handle.dataset.name = "handle";
  handle.onkeydown = (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    moved(list, i, i + by);
  };
  handle.onpointerdown = (event) => {
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    list.rows[i].classList.add("carried");
    let to = i;
    handle.onpointermove = (move) => {
      const middles = list.rows.map((r) => r.getBoundingClientRect()).map((b) => b.top + b.height / 2);
      const gap = middles.filter((m) => m < move.clientY).length;
      to = gap > i ? gap - 1 : gap;
      list.lines.forEach((line, j) => line.classList.toggle("target", to !== i && j === gap + 1));
    };
    handle.onpointerup = handle.onpointercancel = (end) => {
      handle.onpointermove = handle.onpointerup = handle.onpointercancel = null;
      list.lines.forEach((line) => line.classList.remove("target", "carried"));
      if (end.type === "pointerup") moved(list, i, to);
    };
  };
  return handle;
}

function drawLine(list, line, i) {
  const row = document.createElement("div");
  row.className = "line";
  row.setAttribute("role", "listitem");
  const name = document.createElement("div");
  const title = document.createElement("b");
  title.textContent = line.title;
  const words = document.createElement("span");
  words.className = "words";
  words.textContent = line.words;
  name.append(title, words);
  const fields = document.createElement("div");
  fields.className = "fields";
  fields.append(...line.fields.map((field) => numberField(list, i, field)));
  if (line.fixed) row.append(document.createElement("span"), glyph(line.shape), name, fields);
  else {
    const away = button("Remove", "away", `Remove ${line.title}, block ${i + 1}`, () =>
      send(
        list,
        list.data.blocks.filter((_, j) => j !== i),
        [Math.max(0, i - 1), "handle"],
      ),
    );
    row.append(dragHandle(list, i, line.title), glyph(line.shape), name, fields, away);
  }
  if (line.problem) {
    const problem = document.createElement("div");
    problem.className = "problem";
    problem.textContent = line.problem;
    row.append(problem);
  }
  return row;
}

function drawAdder(list) {
  const { fresh, blocks, most, total } = list.data;
  const box = document.createElement("div");
  box.className = "add";
  const select = document.createElement("select");
  select.setAttribute("aria-label", "Kind of block to add");
  for (const [kind, { title }] of Object.entries(fresh)) select.append(new Option(title, kind));
  select.value = list.kind ?? select.value;
  select.onchange = () => (list.kind = select.value);
  const add = button("Add block", "", "", () =>
    send(list, [...blocks, fresh[select.value].block], [blocks.length, "handle"]),
  );
  add.disabled = blocks.length >= most;
  add.title = add.disabled ? `At most ${most} blocks.` : "";
  const sum = document.createElement("span");
  sum.className = "total";
  sum.textContent = total;
  box.append(select, add, sum);
  return box;
}

// What had the focus before, or what was moved.
function focused(list) {
  const here = list.box.getRootNode().activeElement;
  const row = list.rows?.findIndex((r) => r.contains(here)) ?? -1;
  return row >= 0 && here.dataset.name ? [row, here.dataset.name] : null;
}

function drawList(list) {
  const focus = list.focus ?? focused(list);
  list.focus = null;
  list.lines = list.data.lines.map((line, j) => drawLine(list, line, j - 1));
  list.rows = list.lines.slice(1, -1);
  const column = document.createElement("div");
  column.setAttribute("role", "list");
  column.append(...list.lines);
  list.box.replaceChildren(column, drawAdder(list));
  if (focus) list.rows[focus[0]]?.querySelector(`[data-name="${focus[1]}"]`)?.focus();
}

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  let list = LISTS.get(parentElement);
  if (!list) {
    const box = parentElement.querySelector(".root");
    box.className = "root list";
    list = { box };
    LISTS.set(parentElement, list);
  }
  list.emit = (blocks) => setStateValue("blocks", blocks);
  const drawn = JSON.stringify(data);
  if (list.drawn !== drawn) {
    list.drawn = drawn;
    list.data = data;
    drawList(list);
    const controls = data.fixed ? list.box.querySelectorAll("input, select, button") : [];
    for (const control of controls) control.disabled = true;
  }
  return () => LISTS.delete(parentElement);
}
