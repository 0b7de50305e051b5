// What stands between Streamlit and a component: its module and its styles are loaded, and what
// it is given passes through here. The stub that every component is registered with imports this
// file (see ui/components/stub.js).

import { readWire } from "./wire.js";

/** @import { FrontendRenderer, FrontendRendererArgs } from "@streamlit/component-v2-lib" */

/** @type {Map<string, Promise<CSSStyleSheet>>} By address: who wears the same style shares a sheet. */
const sheets = new Map();

/** @param {URL} address */
function sheetAt(address) {
  const known = sheets.get(address.href);
  if (known) return known;
  const loading = loadSheet(address);
  loading.catch(() => sheets.delete(address.href));
  sheets.set(address.href, loading);
  return loading;
}

/** @param {URL} address */
async function loadSheet(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return new CSSStyleSheet().replace(await answer.text());
}

/** @param {Document | ShadowRoot} root  @param {CSSStyleSheet[]} styles */
function dress(root, styles) {
  const missing = styles.filter((sheet) => !root.adoptedStyleSheets.includes(sheet));
  if (missing.length) root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...missing];
}

// What the components import, directly or not, as the page's HTML tells (ui/serving/front.py): all
// of it is asked for at once, not when the script that needs it has come.
/** @type {Record<string, string[]>} */
const IMPORTS = /** @type {any} */ (globalThis).convscopeImports ?? {};

/** @param {string} name  @param {URL} folder */
function askForImports(name, folder) {
  for (const file of IMPORTS[name] ?? []) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = new URL(file, folder).href;
    document.head.append(link);
  }
}

/**
 * The function that mounts the component in the folder `name`.
 * @param {string} name
 * @param {string[]} styles  addresses beside that folder
 */
export async function prepare(name, styles) {
  // Beside this very module: where the browser tries again, all has another address.
  const folder = new URL("../", import.meta.url);
  askForImports(name, folder);
  const [module, own] = await Promise.all([
    /** @type {Promise<{ default: FrontendRenderer }>} */ (import(new URL(`${name}/${name}.js`, folder).href)),
    Promise.all(styles.map((style) => sheetAt(new URL(style, folder)))),
  ]);
  return (/** @type {FrontendRendererArgs} */ component) => {
    const place = component.parentElement;
    dress(/** @type {Document | ShadowRoot} */ (place.getRootNode()), own);
    const end = module.default({ ...component, data: readWire(component.data) });
    // Streamlit asks for the clean-up of a call that newer data overtook, while the component is in
    // use and in the document. What is really over has been taken out of it before.
    return () => {
      if (!place.isConnected) end?.();
    };
  };
}
