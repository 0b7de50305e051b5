// What Python sends once (Kept in ui/components/wire.py), by its mark, for as long as the page is
// open. A component that sends messages anyway says along with them what is held.

// On the page itself: modules that were asked for twice, under two addresses, share it.
const page = /** @type {{ convscopeKept?: Map<string, any> }} */ (globalThis);
const KEPT = (page.convscopeKept ??= new Map());

/**
 * The data under a mark; `content` is what they are, where they came along.
 * @param {string} mark
 * @param {() => any} [content]
 */
export function kept(mark, content) {
  if (content && !KEPT.has(mark)) KEPT.set(mark, content());
  if (!KEPT.has(mark)) throw new Error(`Nothing is held under ${mark}`);
  return KEPT.get(mark);
}

/** The marks of what is held. */
export function held() {
  return [...KEPT.keys()];
}
