// What is said of single cells: a line each, which opens.

import { element } from "../shared/dom.js";

/** @import { Field } from "./matrix_field.js" */

/** @param {Field} field  @param {boolean} stale */
export function paintNotes(field, stale) {
  const notes = stale ? [] : field.data.notes;
  const key = JSON.stringify(notes);
  if (key === field.shownNotes) return; // what is open stays open
  field.shownNotes = key;
  field.notes.replaceChildren(
    ...notes.map(({ line, more }, at) => {
      const fold = element("details");
      fold.open = at === 0;
      fold.append(element("summary", "", line), element("p", "", more));
      return fold;
    }),
  );
}
