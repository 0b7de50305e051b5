// Axes: ranges, ticks and places of one panel. Numbers in, pixels out.

/** @typedef {{ x: ArrayLike<number>, y: ArrayLike<number> }} Line  one curve */
/**
 * @typedef {object} Panel
 * @property {Line[]} series
 * @property {boolean} log  whether the vertical axis is logarithmic
 * @property {boolean} [percent]
 * @property {number | null} floor  the axis begins here at the latest
 * @property {number | null} ceiling  it goes on to here at least
 */
/** @typedef {[number, number]} Range  the lower end, the upper */

/**
 * The least and the greatest value that an axis can show; [∞, −∞] where there is none.
 * @param {Panel} panel
 * @returns {Range}
 */
function valuesRange(panel) {
  const values = panel.series.flatMap(({ y }) => Array.from(y));
  const shown = values.filter((v) => Number.isFinite(v) && (!panel.log || v > 0));
  return shown.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]);
}

/**
 * The range of y over all curves, a little air included.
 * @param {Panel} panel
 * @returns {Range}
 */
function yRange(panel) {
  let [low, high] = valuesRange(panel);
  if (low > high) [low, high] = [panel.log ? 0.1 : 0, 1];
  if (panel.floor !== null && !panel.log) low = Math.min(panel.floor, low);
  if (panel.ceiling !== null) high = Math.max(panel.ceiling, high);
  if (low === high) high = low + (panel.log ? low : 1);
  const air = panel.log ? 1.1 : 1;
  const extra = panel.log || panel.ceiling !== null ? 0 : (high - low) * 0.04;
  return [low / air, high * air + extra];
}

/**
 * From 0, or from the lowest x where that is negative; all panels share it.
 * @param {Panel[]} panels
 * @param {number | null} [end]
 * @returns {Range}
 */
export function xRange(panels, end) {
  let low = 0;
  let high = end ?? 0;
  for (const { series } of panels) {
    for (const { x } of series) {
      if (!x.length) continue;
      low = Math.min(low, x[0]);
      high = Math.max(high, x[x.length - 1]);
    }
  }
  return [low, high > low ? high : low + 1];
}

/**
 * At most `count` powers of ten from low to high, evenly apart; both ends where there are not two.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 */
function powersOfTen(low, high, count) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const step = Math.max(1, Math.ceil((last - first + 1) / count));
  const found = [];
  for (let e = Math.ceil(first / step) * step; e <= last; e += step) found.push(10 ** e);
  return found.length > 1 ? found : [low, high];
}

/**
 * About `count` round numbers from low to high.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @param {boolean} [log]
 */
export function ticks(low, high, count, log) {
  if (log) return powersOfTen(low, high, Math.max(1, count));
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((m) => m * power >= rough) ?? 10);
  const found = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-6; v += step) found.push(v);
  return found;
}

/**
 * Of what lies along x: where there are only whole numbers, as of layers, there is nothing at a half.
 * @param {{ x: ArrayLike<number> }[]} series
 * @param {number} low
 * @param {number} high
 * @param {number} count
 */
export function xTicks(series, low, high, count) {
  const found = ticks(low, high, count, false);
  const whole = series.every(({ x }) => Array.from(x).every(Number.isInteger));
  return whole ? found.filter((v) => Math.abs(v - Math.round(v)) < 1e-6) : found;
}

/** @param {number} v  @param {{ percent?: boolean }} panel */
export function tickText(v, panel) {
  if (panel.percent) return `${Math.round(v * 100)} %`;
  if (v === 0) return "0";
  const size = Math.abs(v);
  if (size >= 1e5 || size < 1e-3) return v.toExponential(0).replace("e+", "e").replaceAll("-", "−");
  return String(Number(v.toPrecision(3))).replace("-", "−");
}

/**
 * Where values and edges lie in a panel of that size.
 * @param {Panel} panel
 * @param {Range} xs
 * @param {number} width
 * @param {number} height
 * @param {number} font
 */
export function placed(panel, [x0, x1], width, height, font) {
  const [y0, y1] = yRange(panel);
  const left = font * 3.4;
  const right = width - font * 0.6;
  const top = font * 0.6;
  const bottom = height - font * 2.6;
  const up = panel.log ? Math.log10 : (/** @type {number} */ v) => v;
  const span = up(y1) - up(y0) || 1;
  return {
    left,
    right,
    top,
    bottom,
    y0,
    y1,
    x0,
    x1,
    x: (/** @type {number} */ v) => left + ((v - x0) / (x1 - x0 || 1)) * (right - left),
    y: (/** @type {number} */ v) => bottom - ((up(v) - up(y0)) / span) * (bottom - top),
  };
}
