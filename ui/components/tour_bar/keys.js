// Which keys lead through a tour, and which belong to what has the focus.

/** @type {Record<string, number>} */
const BY = { PageDown: 1, PageUp: -1, ArrowRight: 1, ArrowLeft: -1 };

// These do something of their own with Page Up and Page Down.
const KEEP_PAGES = [
  "textarea",
  "select",
  "[contenteditable='']",
  "[contenteditable='true']",
  "[role='listbox']",
  "[role='menu']",
  "[role='grid']",
  "[role='gridcell']",
  "[role='application']",
  "[role='dialog']",
].join(",");

// Whatever else has the focus keeps its arrows, but for what does nothing with them.
const LETS_ARROWS_GO = "body, html, main, section, a[href], summary, button:not([role])";
const KEEPS_ARROWS = "[role='radiogroup'], [role='tablist'], [role='toolbar'], [role='menu'], [role='dialog']";

/**
 * 1 or −1 for a key that leads on or back, else 0.
 * @param {KeyboardEvent} event
 * @param {Node} bar  the bar's own root, whose buttons need no arrows
 */
export function stepOf(event, bar) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing) return 0;
  const by = BY[event.key] ?? 0;
  const path = event.composedPath();
  if (!by || path.includes(bar)) return by;
  const inside = path.filter((node) => node instanceof Element);
  if (event.key.startsWith("Page")) return inside.some((node) => node.matches(KEEP_PAGES)) ? 0 : by;
  const own = path.some((node) => node instanceof ShadowRoot); // a stage, a pad, a grid
  const lets = inside.length === 0 || inside[0].matches(LETS_ARROWS_GO);
  return own || !lets || inside.some((node) => node.matches(KEEPS_ARROWS)) ? 0 : by;
}
