// Panels abreast. Each is made once and painted again when its data or its width changes.

import { readTheme } from "../shared/theme.js";
import { paintCells } from "./cells.js";
import { paintCurve } from "./curve.js";

const PANELS = new WeakMap();

function newPanel(type) {
  const box = document.createElement("figure");
  const head = document.createElement("figcaption");
  const title = document.createElement("b");
  const note = document.createElement("span");
  head.append(title, note);
  const view = { box, title, note, type };
  if (type === "cells") {
    view.canvas = document.createElement("canvas");
    box.append(head, view.canvas);
  } else {
    view.svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    box.append(head, view.svg);
  }
  return view;
}

function paintPanels(row) {
  const { root, data, theme } = row;
  const width = Math.floor(root.clientWidth);
  if (width < 40) return;
  row.width = width;
  const gap = width < 600 ? 14 : 28;
  const least = Math.min(data.least, Math.floor((width - gap) / 2));
  const count = data.items.length;
  let across = Math.max(1, Math.min(count, Math.floor((width + gap) / (least + gap))));
  if (data.group > 1) across = Math.max(data.group, across - (across % data.group));
  else across = Math.ceil(count / Math.ceil(count / across)); // no row much shorter than another
  const each = Math.floor((width - (across - 1) * gap) / across);
  root.style.gap = `14px ${gap}px`;
  root.style.gridTemplateColumns = `repeat(${across}, ${each}px)`;
  const font = data.projector ? 17 : 14;
  data.items.forEach((item, i) => {
    let view = row.views[i];
    if (!view || view.type !== item.type) {
      const fresh = newPanel(item.type);
      if (view) view.box.replaceWith(fresh.box);
      else root.append(fresh.box);
      row.views[i] = view = fresh;
    }
    view.title.textContent = item.title;
    view.note.textContent = item.caption ?? "";
    if (item.type === "cells") {
      view.values = item.values.data;
      paintCells(view, item, each - 1, data.height, theme, font);
    } else {
      paintCurve(view, item, each, data.height, theme, font, row.pick);
    }
  });
  while (row.views.length > count) row.views.pop().box.remove();
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let row = PANELS.get(parentElement);
  if (!row) {
    row = { root: parentElement.querySelector(".root"), views: [], width: 0 };
    row.sizes = new ResizeObserver(() => {
      if (Math.floor(row.root.clientWidth) !== row.width) paintPanels(row);
    });
    row.sizes.observe(row.root);
    PANELS.set(parentElement, row);
  }
  row.data = data;
  row.theme = readTheme(parentElement);
  row.pick = (value) => setTriggerValue("picked", value);
  row.root.setAttribute("role", "img");
  row.root.setAttribute("aria-label", data.alt);
  row.root.classList.toggle("projector", data.projector);
  const token = (row.token = (row.token ?? 0) + 1);
  paintPanels(row);
  return () => {
    if (row.token !== token) return;
    row.sizes.disconnect();
    PANELS.delete(parentElement);
  };
}
