// Titles of the blocks, and what stands around the input, in the DOM.

import { element } from "../shared/dom.js";
import { noteParts } from "./words.js";

/** @import { PlacedBlock } from "./layout.js" */
/** @import { Model } from "./model.js" */
/** @import { Stage } from "./stage.js" */

/** @param {number} a  @param {number} b */
function size(a, b) {
  return `${a} × ${b}`;
}

/** "3 × 5 × 5" of three maps.  @param {number} n  @param {string} text */
function times(n, text) {
  return n > 1 ? `${n} × ${text}` : text;
}

/** A block's name, and how large it is.  @param {Stage} stage  @param {PlacedBlock} block  @returns {[string, string]} */
function titleOf(stage, block) {
  const { m, data } = stage;
  const { titles } = data;
  const back = stage.backward ? "gradient of " : "";
  switch (block.id) {
    case "input":
      return [back + titles.input, inputSize(m)];
    case "kernel":
      return [titles.kernel, times(m.C, size(m.kh, m.kw)) + (data.editable ? ", editable" : "")];
    case "turned":
      return [titles.kernel, isTurned(m) ? "turned by 180°" : size(m.kh, m.kw)];
    case "window":
      return [m.kind === "conv" ? `window × ${titles.kernel}` : "window", windowSize(stage, block)];
    case "partial":
      return ["partial sums", times(m.C, size(m.OH, m.OW))];
    case "output":
      return [back + titles.output, times(m.K, size(m.OH, m.OW))];
    case "compare":
      return [m.compare?.title ?? "", size(m.OH, m.OW)];
  }
}

/** With the channel, where one of several is shown.  @param {Stage} stage  @param {PlacedBlock} block */
function windowSize({ m, focus }, { shown }) {
  return size(m.kh, m.kw) + (m.C > 1 && shown === 1 ? `, ${m.names[focus]}` : "");
}

/** With its padding.  @param {Model} m */
function inputSize(m) {
  const padded = m.Hp !== m.H || m.Wp !== m.W ? ` → ${times(m.C, size(m.Hp, m.Wp))}` : "";
  return times(m.C, size(m.H, m.W)) + padded;
}

/** Whether the kernel of the comparison is the kernel, turned by 180°.  @param {Model} m */
function isTurned({ compare, w, taps }) {
  return Boolean(w && compare?.w?.every((v, t) => v === w[taps - 1 - t]));
}

/** @param {Stage} stage */
export function placeTitles(stage) {
  const { layout, titles } = stage;
  titles.replaceChildren(
    ...layout.blocks.map((block) => {
      const [name, about] = titleOf(stage, block);
      const box = element("div", "title");
      box.style.left = `${block.x}px`;
      box.style.top = `${block.y - layout.head}px`;
      box.style.minWidth = `${block.slot}px`;
      box.append(element("b", "", name), element("span", "", about));
      return box;
    }),
  );
}

/** @param {Model} m  @param {HTMLElement} box */
export function placeNotes(m, box) {
  box.replaceChildren(
    ...noteParts(m).map(({ kind, text }) => {
      const note = element("span", `note ${kind}`);
      note.append(element("i"), text);
      return note;
    }),
  );
}
