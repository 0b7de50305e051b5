// What is said of single cells: a line each, which opens.

export function paintNotes(field, stale) {
  const notes = stale ? [] : field.data.notes;
  const key = JSON.stringify(notes);
  if (key === field.shownNotes) return; // what is open stays open
  field.shownNotes = key;
  field.notes.replaceChildren(
    ...notes.map(({ line, more }, at) => {
      const fold = document.createElement("details");
      fold.open = at === 0;
      const summary = document.createElement("summary");
      summary.textContent = line;
      const text = document.createElement("p");
      text.textContent = more;
      fold.append(summary, text);
      return fold;
    }),
  );
}
