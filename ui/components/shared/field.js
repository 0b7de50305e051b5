// "This part of the input": one component tells the others on the page, without the server.
//
// The network view announces the receptive field of the unit under the pointer; the drawing pad
// outlines it on the drawing. `target` is the listener's own key (its data.key); `area` is
// [row0, row1, column0, column1] in pixels of the network's input (edges, the ends exclusive,
// possibly beyond the image where padding was seen), or null when nothing is pointed at.

/** @typedef {[number, number, number, number] | null} Area */

const FIELD_EVENT = "convscope:field";

// What was announced last, for listeners that arrive after it. It is the page's: a component whose
// files were lost on the way once has its own copy of this module (see mount.js).
const page = /** @type {{ convscopeFields?: Map<string, Area> }} */ (globalThis);
const announcedFields = (page.convscopeFields ??= new Map());

/** @param {string} target  @param {Area} area */
export function announceField(target, area) {
  announcedFields.set(target, area);
  window.dispatchEvent(new CustomEvent(FIELD_EVENT, { detail: { target, area } }));
}

/**
 * Calls `listener` for announcements to `target`; returns the function that stops it.
 * @param {string} target
 * @param {(area: Area) => void} listener
 */
export function onField(target, listener) {
  const hear = (/** @type {Event} */ event) => {
    const told = /** @type {CustomEvent<{ target: string, area: Area }>} */ (event).detail;
    if (told.target === target) listener(told.area);
  };
  window.addEventListener(FIELD_EVENT, hear);
  const before = announcedFields.get(target);
  if (before) listener(before);
  return () => window.removeEventListener(FIELD_EVENT, hear);
}
