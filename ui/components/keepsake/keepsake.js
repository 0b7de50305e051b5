// Keeps a text of the server in this tab, and hands it to whoever asks for it.

import { recall, remember } from "../shared/tab.js";

const ANSWERED = new WeakMap();

export default function (component) {
  const { data, parentElement, setStateValue } = component;
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
