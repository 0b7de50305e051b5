// What stands between Streamlit and a component: its module and its styles are loaded, and what
// it is given passes through here. The stub that every component is registered with imports this
// file (see ui/components/stub.js).

import { withNumbers } from "./marked_numbers.js";

const sheets = new Map(); // by address: components that wear the same style share one sheet

function sheetAt(address) {
  if (!sheets.has(address.href)) {
    const loading = loadSheet(address);
    loading.catch(() => sheets.delete(address.href));
    sheets.set(address.href, loading);
  }
  return sheets.get(address.href);
}

async function loadSheet(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return new CSSStyleSheet().replace(await answer.text());
}

function dress(root, sheets) {
  const missing = sheets.filter((sheet) => !root.adoptedStyleSheets.includes(sheet));
  if (missing.length) root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...missing];
}

// The function that mounts the component in the folder `name`; `styles` are addresses beside it.
export async function prepare(name, styles) {
  // Beside this very module: where the browser tries again, all has another address.
  const folder = new URL("../", import.meta.url);
  const [module, ...own] = await Promise.all([
    import(new URL(`${name}/${name}.js`, folder).href),
    ...styles.map((style) => sheetAt(new URL(style, folder))),
  ]);
  return (component) => {
    dress(component.parentElement.getRootNode(), own);
    return module.default({ ...component, data: withNumbers(component.data) });
  };
}
