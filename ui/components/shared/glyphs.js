// The pictures on the controls of what can be played.

const GLYPHS = {
  first: "M5 4v12M16 4.5v11L7.5 10z",
  back: "M13.5 4.5v11L5 10z",
  play: "M6 4v12l10-6z",
  pause: "M6 4h3v12H6zM11.5 4h3v12h-3z",
  forward: "M6.5 4.5v11L15 10z",
  last: "M15 4v12M4 4.5v11l8.5-5.5z",
};

/** @typedef {keyof typeof GLYPHS} GlyphName */

/** @param {GlyphName} name */
export function glyph(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", GLYPHS[name]);
  svg.append(path);
  return svg;
}
