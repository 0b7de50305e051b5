// Replaces the query of the address, so that the address is always the link to what is on screen.
// Replaced, never pushed: Back is the page before, not the slider before.

function replaceQuery(query) {
  const text = query.replace(/%2C/g, ",").replace(/%3B/g, ";").replace(/%21/g, "!");
  const search = text ? `?${text}` : "";
  if (search !== location.search) {
    history.replaceState(history.state, "", location.pathname + search);
  }
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

export default function (component) {
  const { page, pages, query } = component.data;
  pushNoQueries();
  const segment = location.pathname.split("/").filter(Boolean).pop() ?? "";
  // A late message of the page just left must not touch the address of the next one.
  if ((pages.includes(segment) ? segment : "") !== page) return;

  const wanted = new URLSearchParams(query);
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name.startsWith("embed")) wanted.append(name, value); // Streamlit's own
  }
  replaceQuery(wanted.toString());
}
