// Replaces the query of the address, so that the address is always the link to what is on screen.
// Replaced, never pushed: Back is the page before, not the slider before.

/** @import { Component } from "../shared/component.js" */

/** @typedef {{ page: string, pages: string[], query: string, whole: boolean }} Data */
/** @typedef {{ again: boolean }} State */

/** @param {string} query */
function replaceQuery(query) {
  const text = query.replace(/%2C/g, ",").replace(/%3B/g, ";").replace(/%21/g, "!");
  const search = text ? `?${text}` : "";
  if (search !== location.search) {
    history.replaceState(history.state, "", location.pathname + search);
  }
}

// A browser that has found its server again has a page that a new server knows nothing of: a run
// tells it. Without one it would hear of the page with the next press, and a button's press would be lost.
/** @type {(() => void) | null} */
let runAgain = null;
/** @type {Element | null} */
let watched = null;

function watchConnection() {
  const app = document.querySelector("[data-test-connection-state]");
  if (!(app instanceof HTMLElement) || app === watched) return;
  watched = app;
  let before = app.dataset.testConnectionState;
  const look = () => {
    const now = app.dataset.testConnectionState;
    if (now === "CONNECTED" && before !== "CONNECTED") runAgain?.();
    before = now;
  };
  new MutationObserver(look).observe(app, { attributeFilter: ["data-test-connection-state"] });
}

// Streamlit pushes an entry for every change of the query that it is told of.
function pushNoQueries() {
  if (Object.hasOwn(history, "pushState")) return; // done by an earlier call
  history.pushState = function (state, title, url) {
    const to = new URL(url ?? location.href, location.href);
    if (to.pathname === location.pathname && !to.hash) replaceQuery(to.search.slice(1));
    else History.prototype.pushState.call(history, state, title, url);
  };
}

/** @param {Component<Data, State>} component */
export default function ({ data, setTriggerValue }) {
  const { page, pages, query, whole } = data;
  pushNoQueries();
  // A fragment's would run the fragment alone.
  if (whole) runAgain = () => setTriggerValue("again", true);
  watchConnection();
  const segment = location.pathname.split("/").filter(Boolean).pop() ?? "";
  // A late message of the page just left must not touch the address of the next one.
  if ((pages.includes(segment) ? segment : "") !== page) return;

  const wanted = new URLSearchParams(query);
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name.startsWith("embed")) wanted.append(name, value); // Streamlit's own
  }
  replaceQuery(wanted.toString());
  dispatchEvent(new Event("convscope:address")); // whoever compares it with something looks now
}
