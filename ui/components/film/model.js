// Which frame of a picture is present, and where a name at the end of a curve finds room.

/** A picture that stays has one frame for all positions.  @param {number} count  @param {number} position */
export function frameAt(count, position) {
  return count > 1 ? Math.min(position, count - 1) : 0;
}

/** One text a frame, one for all, or none.  @param {string[]} texts  @param {number} position */
export function textAt(texts, position) {
  return texts.length ? texts[frameAt(texts.length, position)] : "";
}

/**
 * Heights for names that want to stand at `wanted`, in the order given: at least `apart` from one
 * another, and within [low, high] as long as there is room.
 * @param {number[]} wanted  @param {number} apart  @param {number} low  @param {number} high
 */
export function spread(wanted, apart, low, high) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const places = new Array(wanted.length);
  let next = low;
  for (const i of order) {
    places[i] = Math.max(next, wanted[i]);
    next = places[i] + apart;
  }
  let most = high;
  for (const i of order.reverse()) {
    places[i] = Math.min(places[i], most);
    most = places[i] - apart;
  }
  return places;
}
