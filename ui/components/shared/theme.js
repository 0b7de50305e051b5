// Theme: which surface we stand on, and the colours that belong to it. Read again at every
// render, so that a component follows a live switch between light and dark.

import { PALETTE } from "./palette.js";

/** @import { Rgb } from "./colour.js" */

/** @typedef {"light" | "dark"} ThemeName */
/** @typedef {HTMLElement | ShadowRoot} Place  where Streamlit lets a component live */
/** @typedef {ReturnType<typeof readTheme>} Theme */

/** @param {Place} parentElement */
function hostOf(parentElement) {
  return "host" in parentElement ? parentElement.host : parentElement;
}

/** @param {Place} parentElement  @param {string} name */
function cssVar(parentElement, name, fallback = "") {
  const value = getComputedStyle(hostOf(parentElement)).getPropertyValue(name).trim();
  return value && value !== "unset" ? value : fallback;
}

/** A colour as CSS writes it; white for what is none.  @param {string} text  @returns {Rgb} */
export function parseColour(text) {
  const hex = /^#([0-9a-f]{6})$/i.exec(text.trim());
  if (hex) {
    const n = parseInt(hex[1], 16);
    return [n >> 16, (n >> 8) & 255, n & 255];
  }
  const rgb = /rgba?\(([^)]+)\)/.exec(text);
  if (!rgb) return [255, 255, 255];
  const [r, g, b] = rgb[1].split(/[ ,/]+/).map(Number);
  return [r, g, b];
}

/** @param {Place} parentElement */
export function readTheme(parentElement) {
  const surface = cssVar(parentElement, "--st-background-color", "#ffffff");
  const [r, g, b] = parseColour(surface);
  /** @type {ThemeName} */
  const name = 0.299 * r + 0.587 * g + 0.114 * b < 128 ? "dark" : "light";
  return {
    name,
    surface,
    text: cssVar(parentElement, "--st-text-color", "#1d2126"),
    panel: cssVar(parentElement, "--st-secondary-background-color", "#f5f5f3"),
    border: cssVar(parentElement, "--st-border-color", "#dcdcd8"),
    accent: PALETTE.accent[name],
    font: cssVar(parentElement, "--st-font", "sans-serif"),
    mono: cssVar(parentElement, "--st-code-font", "monospace"),
  };
}
