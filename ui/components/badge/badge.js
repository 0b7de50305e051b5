// Keeps in this browser, for all its tabs, which seat of which class it has. Cookies come along when
// a connection begins, so the server knows before it draws anything.

/** @import { Component } from "../shared/component.js" */
/** @import { Place } from "../shared/theme.js" */

/** @typedef {{ cookies: Record<string, string>, seconds: number }} Data  "" takes a cookie away */

/** @type {WeakMap<Place, string>} */
const TOLD = new WeakMap();

/** @param {Component<Data>} component */
export default function ({ data, parentElement }) {
  const told = JSON.stringify(data.cookies);
  if (TOLD.get(parentElement) === told) return; // another tab may have changed them since
  TOLD.set(parentElement, told);
  for (const [name, value] of Object.entries(data.cookies)) {
    const age = value ? data.seconds : 0;
    document.cookie = `${name}=${value}; Path=/; Max-Age=${age}; SameSite=Strict`;
  }
}
