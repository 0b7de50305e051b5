// When to look whether there is anything new, and when to say so.

/** Looks in vain until what was told already is told again: the message may have been lost. */
const PATIENCE = 4;

/**
 * Looks every so often; `tell` is called when what it hears is not what the page was made with.
 * @param {object} outside
 * @param {() => Promise<string | null>} outside.ask  null: nobody answers just now
 * @param {(mark: string) => void} outside.tell
 * @param {() => boolean} outside.busy  nothing is to move just now: what is new waits
 * @param {() => boolean} outside.away  nobody sees the page: not even asked
 */
export function createEar({ ask, tell, busy, away }) {
  let made = "";
  let every = 3000;
  /** @type {string | null} */
  let told = null;
  let looks = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asking = false;
  let ended = false;

  // Not all at once: thirty pages that were opened together do not ask together.
  const wait = () => every * (0.85 + 0.3 * Math.random());

  async function look() {
    clearTimeout(timer);
    if (asking || ended) return;
    if (!away()) {
      asking = true;
      const heard = await ask();
      asking = false;
      if (ended) return;
      if (heard !== null && heard !== made && !busy()) say(heard);
    }
    timer = setTimeout(look, wait());
  }

  /** @param {string} heard */
  function say(heard) {
    looks = heard === told ? looks + 1 : PATIENCE;
    if (looks < PATIENCE) return;
    told = heard;
    looks = 0;
    tell(heard);
  }

  return {
    look,
    /** The page has been made anew, with this mark.  @param {string} mark  @param {number} milliseconds */
    made(mark, milliseconds) {
      if (mark !== made) told = null;
      made = mark;
      every = milliseconds;
      if (!timer && !asking) timer = setTimeout(look, wait());
    },
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}
