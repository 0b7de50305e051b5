// What Streamlit is given as a component's script, with three names filled in (see base.py). It
// imports what mounts the component, and stands in for it until that has come.
//
// A call that came meanwhile waits, and only the newest of a place is carried out: Streamlit
// would run the clean-up of a call that was overtaken late, when the component is in use. An
// import that fails is tried again, ever more seldom: a rejected call would leave an error on the
// page for good. Each try has another address, for Firefox does not ask again for one that failed.

const page = document.querySelector('script[src*="/static/js/"]').src; // behind a base path, too
const wait = (ms) => new Promise((go) => setTimeout(go, ms));
const from = (n) => new URL("../../components/VERSION" + (n ? "-" + n : "") + "/shared/mount.js", page).href;
const load = (n) =>
  import(from(n))
    .then((module) => module.prepare("NAME", STYLES))
    .catch((error) => {
      console.warn("The component NAME is tried again:", error);
      return wait(Math.min(250 * 2 ** n, 8000)).then(() => load(n + 1));
    });

let mount;
const loaded = load(0).then((found) => (mount = found));
const newest = new WeakMap();

export default (component) => {
  if (mount) return mount(component);
  const place = component.parentElement;
  newest.set(place, component);
  return loaded.then(() => (newest.get(place) === component ? mount(component) : undefined));
};
