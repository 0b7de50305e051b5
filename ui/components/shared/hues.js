// One hue for each cell of a kernel, so that the same cell can be found again elsewhere.

/** @import { ThemeName } from "./theme.js" */

/**
 * @param {number} index
 * @param {number} count  how many cells the kernel has
 * @param {ThemeName} themeName
 */
export function cellHue(index, count, themeName, alpha = 1) {
  const turn = (25 + (index * 360) / Math.max(1, count)) % 360;
  return themeName === "dark" ? `oklch(0.78 0.13 ${turn} / ${alpha})` : `oklch(0.62 0.15 ${turn} / ${alpha})`;
}
