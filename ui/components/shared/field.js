// "This part of the input": one component tells the others on the page, without the server.
//
// The network view announces the receptive field of the unit under the pointer; the drawing pad
// outlines it on the drawing. `target` is the listener's own key (its data.key); `area` is
// [row0, row1, column0, column1] in pixels of the network's input (edges, the ends exclusive,
// possibly beyond the image where padding was seen), or null when nothing is pointed at.

const FIELD_EVENT = "convscope:field";

// target → what was announced last, for listeners that arrive after it.
const announcedFields = (globalThis.convscopeFields ??= new Map());

export function announceField(target, area) {
  announcedFields.set(target, area);
  window.dispatchEvent(new CustomEvent(FIELD_EVENT, { detail: { target, area } }));
}

// Calls `listener(area)` for announcements to `target`; returns the function that stops it.
export function onField(target, listener) {
  const hear = (event) => {
    if (event.detail.target === target) listener(event.detail.area);
  };
  window.addEventListener(FIELD_EVENT, hear);
  if (announcedFields.get(target)) listener(announcedFields.get(target));
  return () => window.removeEventListener(FIELD_EVENT, hear);
}
