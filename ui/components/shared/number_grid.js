// A grid of numbers in the DOM. Read-only it answers to hover, focus and click; editable, a cell
// takes typing (click, Enter or simply a digit; Escape takes it back) and a vertical drag.

import { css, inkOn } from "./colour.js";
import { formatNumber } from "./numbers.js";

// One hue for each cell of a kernel, so that the same cell can be found again elsewhere.
export function cellHue(index, count, themeName, alpha = 1) {
  const turn = (25 + (index * 360) / Math.max(1, count)) % 360;
  return themeName === "dark" ? `oklch(0.78 0.13 ${turn} / ${alpha})` : `oklch(0.62 0.15 ${turn} / ${alpha})`;
}

// "0,5", "−1", "1/9" and "1e-3" are numbers too; anything else is NaN.
function parseNumber(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(",", ".");
  const parts = plain.split("/");
  if (plain === "" || parts.length > 2 || parts.some((p) => p.trim() === "")) return NaN;
  const [top, bottom] = parts.map(Number);
  return parts.length === 2 ? top / bottom : top;
}

export function createNumberGrid(handlers) {
  const element = document.createElement("div");
  element.className = "ng";
  element.setAttribute("role", "grid");
  let view = { rows: 0, cols: 0, values: [], editable: false };
  let cells = [];
  let active = 0;
  let editing = null;
  let drag = null;

  function build(rows, cols) {
    stopEditing(false);
    element.replaceChildren();
    cells = [];
    for (let a = 0; a < rows; a++) {
      const line = document.createElement("div");
      line.setAttribute("role", "row");
      line.style.display = "contents";
      for (let b = 0; b < cols; b++) {
        const cell = document.createElement("div");
        cell.className = "ng-cell";
        cell.setAttribute("role", "gridcell");
        cell.dataset.index = a * cols + b;
        if (a === 0) cell.dataset.firstRow = "";
        if (b === 0) cell.dataset.firstColumn = "";
        cell.append(document.createElement("span"));
        line.append(cell);
        cells.push(cell);
      }
      element.append(line);
    }
    active = Math.min(active, cells.length - 1);
  }

  function text(index) {
    return view.blank ?? formatNumber(view.values[index], view.decimals ?? 0);
  }

  function paintCell(index) {
    const cell = cells[index];
    const value = view.values[index];
    if (!view.ghost) {
      const colour = view.scale(value);
      cell.style.background = css(colour);
      cell.style.color = inkOn(colour);
    }
    cell.style.setProperty("--hue", view.hues ? view.hues[index] : "transparent");
    if (view.numbers !== false) cell.firstChild.textContent = text(index);
    else cell.firstChild.textContent = "";
    const row = Math.floor(index / view.cols);
    const name = view.cellName ? view.cellName(row, index % view.cols) : `${row}, ${index % view.cols}`;
    cell.setAttribute("aria-label", `${name} = ${text(index)}`);
    cell.tabIndex = index === active ? 0 : -1;
  }

  function update(next) {
    const same = next.rows === view.rows && next.cols === view.cols;
    view = { ...next, values: Array.from(next.values) };
    if (!same || cells.length !== next.rows * next.cols) build(next.rows, next.cols);
    element.classList.toggle("ghost", Boolean(view.ghost));
    element.dataset.editable = String(Boolean(view.editable));
    element.setAttribute("aria-label", view.label ?? "numbers");
    element.setAttribute("aria-readonly", String(!view.editable));
    element.style.gridTemplateColumns = `repeat(${view.cols}, ${view.cellWidth}px)`;
    element.style.gridAutoRows = `${view.cellHeight}px`;
    element.style.fontSize = `${view.font}px`;
    for (let i = 0; i < cells.length; i++) paintCell(i);
  }

  function setValue(index, value, phase) {
    view.values[index] = value;
    paintCell(index);
    handlers.onChange?.(index, value, phase, view.values.slice());
  }

  function say(message) {
    handlers.onMessage?.(message);
  }

  function startEditing(index, initial = null) {
    stopEditing(true);
    const input = document.createElement("input");
    input.type = "text";
    input.inputMode = "text"; // a decimal keypad on a phone often has no minus sign
    input.autocomplete = "off";
    input.setAttribute("aria-label", cells[index].getAttribute("aria-label").split(" = ")[0]);
    input.value = initial ?? text(index).replace("−", "-");
    cells[index].append(input);
    editing = { index, input };
    input.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Enter" || event.key === "Tab") {
        const moved = event.key === "Tab" ? (event.shiftKey ? -1 : 1) : 0;
        if (!stopEditing(true, true)) {
          event.preventDefault();
          return;
        }
        const to = index + moved;
        if (to >= 0 && to < cells.length) {
          event.preventDefault();
          focusCell(to);
        }
      } else if (event.key === "Escape") {
        event.preventDefault();
        say("");
        stopEditing(false);
        focusCell(index);
      }
    };
    input.onblur = () => stopEditing(true);
    input.onpointerdown = (event) => event.stopPropagation();
    input.focus();
    if (initial === null) input.select();
  }

  // Returns false when the text is no number and the field stays open (`insist`).
  function stopEditing(commit, insist = false) {
    if (!editing) return true;
    const { index, input } = editing;
    const typed = input.value;
    const value = parseNumber(typed);
    const limit = view.limit ?? 9999;
    const bad = !Number.isFinite(value) || Math.abs(value) > limit;
    if (commit && bad) {
      say(
        Number.isFinite(value)
          ? `Numbers from −${limit} to ${limit} fit here; the cell keeps ${text(index)}.`
          : `“${typed.slice(0, 20)}” is not a number; the cell keeps ${text(index)}.`,
      );
      if (insist) {
        input.select();
        return false;
      }
    }
    editing = null;
    input.onblur = null;
    input.remove();
    if (commit && !bad) {
      say("");
      // Text that was not touched must not replace the exact value by its rounded picture.
      if (typed !== text(index).replace("−", "-")) setValue(index, value, "commit");
    }
    return true;
  }

  function focusCell(index) {
    const before = active;
    active = index;
    cells[before].tabIndex = -1;
    cells[index].tabIndex = 0;
    cells[index].focus();
  }

  function indexOf(event) {
    const cell = event.target.closest?.(".ng-cell");
    return cell ? Number(cell.dataset.index) : -1;
  }

  function stepSize(event) {
    const base = view.step ?? (view.decimals > 0 ? 0.1 : 1);
    return event.shiftKey ? base * 10 : event.altKey ? base / 10 : base;
  }

  function snapped(value, step) {
    return Math.round(Math.round(value / step) * step * 1e6) / 1e6;
  }

  element.onpointerdown = (event) => {
    const index = indexOf(event);
    if (index < 0 || editing?.index === index) return;
    stopEditing(true);
    if (view.editable && event.button === 0) {
      drag = { index, y: event.clientY, value: view.values[index], moved: false, step: stepSize(event) };
      element.setPointerCapture(event.pointerId);
      event.preventDefault();
    }
  };
  element.onpointermove = (event) => {
    if (drag) {
      const steps = Math.trunc((drag.y - event.clientY) / 8);
      if (steps !== 0) drag.moved = true;
      if (!drag.moved) return;
      const limit = view.limit ?? 9999;
      const wanted = snapped(drag.value + steps * drag.step, drag.step);
      const value = Math.max(-limit, Math.min(limit, wanted));
      if (value !== view.values[drag.index]) setValue(drag.index, value, "drag");
      return;
    }
    const index = indexOf(event);
    if (event.pointerType !== "touch") handlers.onHover?.(index < 0 ? null : index);
  };
  element.onpointerup = (event) => {
    const index = drag ? drag.index : indexOf(event);
    const moved = drag?.moved ?? false;
    if (moved) handlers.onChange?.(index, view.values[index], "commit", view.values.slice());
    drag = null;
    if (index < 0 || moved || editing) return;
    active = index;
    if (view.editable) startEditing(index);
    else handlers.onPin?.(index);
  };
  element.onpointercancel = () => {
    if (drag?.moved) setValue(drag.index, drag.value, "commit");
    drag = null;
  };
  element.onpointerleave = () => {
    if (!drag) handlers.onHover?.(null);
  };
  element.onfocusin = (event) => {
    const index = indexOf(event);
    if (index >= 0 && !editing && event.target.matches(":focus-visible")) handlers.onHover?.(index);
  };
  element.onfocusout = () => {
    if (!editing && !drag) handlers.onHover?.(null);
  };
  element.onkeydown = (event) => {
    const index = indexOf(event);
    if (index < 0 || event.ctrlKey || event.metaKey) return;
    const row = Math.floor(index / view.cols);
    const column = index % view.cols;
    const target = {
      ArrowLeft: column > 0 ? index - 1 : index,
      ArrowRight: column < view.cols - 1 ? index + 1 : index,
      ArrowUp: row > 0 ? index - view.cols : index,
      ArrowDown: row < view.rows - 1 ? index + view.cols : index,
      Home: 0,
      End: cells.length - 1,
    }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      focusCell(target);
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      if (view.editable) startEditing(index);
      else handlers.onPin?.(index);
    } else if (view.editable && (event.key === "PageUp" || event.key === "PageDown")) {
      event.preventDefault();
      event.stopPropagation();
      const step = stepSize(event);
      const moved = view.values[index] + (event.key === "PageUp" ? step : -step);
      setValue(index, snapped(moved, step), "commit");
    } else if (view.editable && /^[0-9.,\-−]$/.test(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      startEditing(index, event.key);
    }
  };

  return {
    element,
    update,
    get busy() {
      return Boolean(editing || drag);
    },
    light(indices, on = true) {
      const lit = new Set(on ? indices : []);
      for (let i = 0; i < cells.length; i++) cells[i].classList.toggle("lit", lit.has(i));
    },
    close() {
      stopEditing(false);
    },
  };
}

// Sends the newest of a quick series: at once, then again when Python has answered (`settled`)
// or after `patience` ms. Nothing queues up.
export function createSender(send, patience = 400) {
  let waiting = false;
  let next = null;
  let timer = 0;
  function flush() {
    clearTimeout(timer);
    waiting = false;
    if (next !== null) {
      const value = next;
      next = null;
      push(value);
    }
  }
  function push(value) {
    if (waiting) {
      next = value;
      return;
    }
    waiting = true;
    timer = setTimeout(flush, patience);
    send(value);
  }
  return { push, settled: flush, get pending() { return waiting || next !== null; }, stop: () => clearTimeout(timer) };
}

// Rises with every edit, also from one mount of the component to the next.
let lastSequence = 0;
export function nextSequence() {
  lastSequence = Math.max(lastSequence + 1, Date.now());
  return lastSequence;
}
