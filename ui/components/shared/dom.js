// Elements: made, found, and told a text.

/**
 * A new one.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag  @param {string} [className]  @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

/**
 * A new one at the end of `parent`.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {HTMLElement} parent  @param {Tag} tag  @param {string} [className]  @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function addElement(parent, tag, className, text) {
  const node = element(tag, className, text);
  parent.append(node);
  return node;
}

/**
 * The one of that kind that is there; a skeleton without it is a mistake of ours.
 * @template {Element} Kind
 * @param {ParentNode} place  @param {string} selector  @param {new () => Kind} kind
 * @returns {Kind}
 */
export function find(place, selector, kind) {
  const node = place.querySelector(selector);
  if (!(node instanceof kind)) throw new TypeError(`no ${kind.name} at ${selector}`);
  return node;
}

/** The element that holds all of a component.  @param {ParentNode} place */
export function rootOf(place) {
  return find(place, ".root", HTMLElement);
}

/** The element that an event came to, or the one around it that `selector` names.
 * @param {Event} event  @param {string} selector  @returns {HTMLElement | null} */
export function targetOf(event, selector) {
  const node = event.target instanceof Element ? event.target.closest(selector) : null;
  return node instanceof HTMLElement ? node : null;
}

/**
 * Only where it differs: a screen reader says what is written anew.
 * @param {Element} node  @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
