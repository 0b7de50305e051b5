// The window stage. Python sends arrays, geometry and sums; everything that moves happens here.

import { Stage } from "./stage.js";

/** @import { Component, Edit } from "../shared/component.js" */
/** @import { Place } from "../shared/theme.js" */
/** @import { Numbers } from "./model.js" */

/**
 * @typedef {object} Looks  how it is shown, and what may be done with it
 * @property {string} key
 * @property {"grey" | "photo" | "rgb" | "activation" | "gradient"} inputKind
 * @property {"weight" | "gradient"} kernelKind
 * @property {boolean} biased  there is a bias to speak of
 * @property {string} symbol  what a cell of the output is called
 * @property {"activation" | "grey" | "photo" | "gradient"} outputKind
 * @property {{ input: string, kernel: string, output: string }} titles
 * @property {[number, number] | null} startCell
 * @property {string} reveal  "auto", "cells" or "whole"
 * @property {boolean} backward  the gradient's way back is shown at first
 * @property {boolean} editable  the kernel
 * @property {boolean} editableInput
 * @property {boolean} showPartials
 * @property {boolean} compact  a miniature that plays by itself
 * @property {boolean} reportCell
 * @property {boolean} projector
 * @property {number | null} height
 * @property {{ kernel: number, input: number }} sequence  of the newest edits that Python has seen
 * @property {{ kernel: number, input: number }} mark
 */
/** @typedef {Numbers & Looks} StageData */
/** @typedef {{ kernel: Edit, input: Edit, cell: [number, number] }} StageMessages */

/** @type {WeakMap<Place, Stage>} */
const STAGES = new WeakMap();

/** @param {Component<StageData, StageMessages>} component */
export default function (component) {
  const { parentElement } = component;
  const stage = STAGES.get(parentElement) ?? new Stage(component);
  STAGES.set(parentElement, stage);
  const token = ++stage.token;
  stage.root.renders = token;
  stage.update(component);
  return () => {
    if (stage.token !== token) return; // a newer call has taken over
    stage.destroy();
    STAGES.delete(parentElement);
  };
}
