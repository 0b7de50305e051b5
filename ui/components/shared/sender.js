// What a person changes quickly, on its way to Python.

/**
 * Sends the newest of a quick series: at once, then again when Python has answered (`settled`)
 * or after `patience` ms. Nothing queues up.
 * @template Value
 * @param {(value: Value) => void} send
 */
export function createSender(send, patience = 400) {
  let waiting = false;
  /** @type {Value[]} */
  let next = []; // at most one
  let timer = 0;

  function settled() {
    clearTimeout(timer);
    waiting = false;
    const [value] = next;
    if (next.length) {
      next = [];
      push(value);
    }
  }

  /** @param {Value} value */
  function push(value) {
    if (waiting) {
      next = [value];
      return;
    }
    waiting = true;
    timer = setTimeout(settled, patience);
    send(value);
  }

  return {
    push,
    settled,
    get pending() {
      return waiting || next.length > 0;
    },
    stop: () => clearTimeout(timer),
  };
}

let lastSequence = 0;

/** Rises with every edit, also from one mount of the component to the next. */
export function nextSequence() {
  lastSequence = Math.max(lastSequence + 1, Date.now());
  return lastSequence;
}
