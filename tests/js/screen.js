// As much of a screen as layouts ask for: how fine it is, and how wide a text.

const context = { font: "", measureText: (/** @type {string} */ text) => ({ width: 55 * text.length }) };

/** Makes them known to the modules under test. */
export function standInForScreen() {
  Object.assign(globalThis, {
    window: { devicePixelRatio: 1 },
    document: { createElement: () => ({ getContext: () => context }) },
  });
}
