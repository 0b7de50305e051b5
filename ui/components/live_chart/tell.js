// What the pointer reads: every curve's value at the nearest x.

import { tickText } from "../shared/axes.js";
import { element } from "../shared/dom.js";
import { PALETTE } from "../shared/palette.js";
import { dot, upright } from "./draw.js";

/** @import { Theme } from "../shared/theme.js" */
/** @import { Panel, Placed, Series, View } from "./live_chart.js" */

/** @typedef {{ g: CanvasRenderingContext2D, p: Placed, theme: Theme, stroke: number }} Drawn  how the panel was drawn */

/** Pixels from a mark at which its words are told. */
const NEAR = 8;

/**
 * Index of the value nearest to x; −1 where there are none.
 * @param {ArrayLike<number>} xs  rising  @param {number} x
 */
export function nearest(xs, x) {
  let low = 0;
  let high = xs.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (xs[mid] < x) low = mid + 1;
    else high = mid;
  }
  return low > 0 && x - xs[low - 1] < xs[low] - x ? low - 1 : low;
}

/** What a curve says at its value number `i`.  @param {Panel} panel  @param {Series} s  @param {number} i */
function words(panel, s, i) {
  const y = s.y[i];
  const value = panel.percent ? `${(y * 100).toFixed(1)} %` : String(Number(y.toPrecision(4)));
  const at = s.bars ? `${tickText(s.x[i], {})}: ` : "";
  return `${at}${s.name} ${Number.isFinite(y) ? value.replace("-", "−") : "no number"}`.trim();
}

/** @param {Panel} panel  @param {View} view  @param {number | null} x  null: nothing is pointed at  @param {Drawn} drawn */
export function tell(panel, view, x, { g, p, theme, stroke }) {
  view.told.hidden = x === null || x < p.x0 || x > p.x1;
  if (x === null || view.told.hidden) return;
  const colours = PALETTE.categorical[theme.name];
  upright(g, p.x(x), p, theme.text, 1);
  const lines = [];
  for (const s of panel.series) {
    const i = s.faint ? -1 : nearest(s.x, x);
    if (i < 0) continue;
    const colour = s.bars ? theme.text : colours[s.colour % colours.length];
    if (Number.isFinite(s.y[i]) && !s.bars) dot(g, p.x(s.x[i]), p.y(s.y[i]), stroke * 1.8, colour);
    const line = element("div", "", words(panel, s, i));
    line.style.borderLeft = `3px solid ${colour}`;
    line.style.paddingLeft = "6px";
    lines.push(line);
  }
  view.told.replaceChildren(...lines);
  const mark = panel.marks.find((m) => Math.abs(p.x(m.x) - p.x(x)) <= NEAR);
  if (mark) lines.push(element("div", "", `${mark.name}: ${mark.words}`));
  const onRight = p.x(x) > (p.left + p.right) / 2;
  view.told.style.left = onRight ? "auto" : `${p.x(x) + 10}px`;
  view.told.style.right = onRight ? `${view.box.clientWidth - p.x(x) + 10}px` : "auto";
}
