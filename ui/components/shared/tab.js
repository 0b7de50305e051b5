// What this tab remembers over a reload, a restart of the server, a change of page: its session
// storage, which two tabs do not share and which needs no secure context. It may be switched off or
// full: then nothing is remembered, and nothing breaks.

const TAB = "convscope.";

/** The text kept under `name`, or null.  @param {string} name */
export function recall(name) {
  try {
    return sessionStorage.getItem(TAB + name);
  } catch {
    return null;
  }
}

/** Keeps `text` under `name` ("" forgets it); says whether it could.  @param {string} name  @param {string} text */
export function remember(name, text) {
  try {
    if (text) sessionStorage.setItem(TAB + name, text);
    else sessionStorage.removeItem(TAB + name);
    return true;
  } catch {
    return false;
  }
}
