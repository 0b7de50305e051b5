// Replaces the query of the address, so that the address is always the link to what is on screen.
// Replaced, never pushed: Back is the page before, not the slider before.

export default function (component) {
  const { page, pages, query } = component.data;
  const segment = location.pathname.split("/").filter(Boolean).pop() ?? "";
  // A late message of the page just left must not touch the address of the next one.
  if ((pages.includes(segment) ? segment : "") !== page) return;

  const wanted = new URLSearchParams(query);
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name.startsWith("embed")) wanted.append(name, value); // Streamlit's own
  }
  const text = wanted.toString().replace(/%2C/g, ",").replace(/%3B/g, ";").replace(/%21/g, "!");
  const search = text ? `?${text}` : "";
  if (search !== location.search) {
    history.replaceState(history.state, "", location.pathname + search);
  }
}
