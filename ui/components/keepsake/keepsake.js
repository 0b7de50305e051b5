// Keeps a text of the server in this tab, and hands it to whoever asks for it.

import { recall, remember } from "../shared/tab.js";

/** @import { Component } from "../shared/component.js" */
/** @import { Place } from "../shared/theme.js" */

/** @typedef {{ name: string, value: string | null, question: string }} Data  null: it is asked for */
/** @typedef {{ answer: { question: string, value: string } }} State */

/** @type {WeakMap<Place, string>} */
const ANSWERED = new WeakMap();

/** @param {Component<Data, State>} component */
export default function ({ data, parentElement, setStateValue }) {
  if (data.value !== null) {
    remember(data.name, data.value);
    return;
  }
  // One answer to each question: the same server asks once, another one after a restart anew.
  if (ANSWERED.get(parentElement) === data.question) return;
  ANSWERED.set(parentElement, data.question);
  const value = recall(data.name);
  if (value !== null) setStateValue("answer", { question: data.question, value });
}
