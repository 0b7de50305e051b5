// How the view looks: theme, type, place and the colours that its styles take.

import { contextOf } from "../shared/canvas.js";
import { PALETTE } from "../shared/palette.js";
import { readTheme } from "../shared/theme.js";

/** @import { Theme } from "../shared/theme.js" */
/** @import { Data } from "./model.js" */
/** @import { View } from "./network_view.js" */

/** Theme, type and place, as they are now.  @param {View} state  @param {Data} data */
export function dress(state, data) {
  const { view } = state.dom;
  state.theme = readTheme(state.parentElement);
  state.type = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
  state.projector = data.projector || state.type > 1.1;
  state.compact = data.compact;
  state.fieldTarget = data.fieldTarget;
  view.dataset.theme = state.theme.name;
  view.classList.toggle("projector", data.projector);
  for (const [name, value] of Object.entries(paletteVars(state.theme))) view.style.setProperty(name, value);
}

/** @param {View} state */
export function labelWidth(state) {
  const context = contextOf(state.dom.marks);
  context.font = `${14 * state.type}px ${state.theme.font}`;
  const widest = Math.max(...state.model.classes.map((name) => context.measureText(name).width));
  return Math.ceil(Math.min(96, widest)) + 4;
}

/** @param {Theme} theme */
function paletteVars(theme) {
  const stops = PALETTE.diverging.activation[theme.name];
  const weights = PALETTE.diverging.weight[theme.name];
  return {
    "--accent": theme.accent,
    "--line": theme.border,
    "--text": theme.text,
    "--surface": theme.surface,
    "--negative": stops[0],
    "--positive": stops[4],
    "--zero": stops[2],
    "--ink-ramp": `linear-gradient(90deg, ${PALETTE.grey[theme.name].join(", ")})`,
    "--ramp": `linear-gradient(90deg, ${stops.join(", ")})`,
    "--weight-ramp": `linear-gradient(90deg, ${weights.join(", ")})`,
  };
}
