// The stage's controls: those of everything that plays, and its own switches.

import { element } from "../shared/dom.js";
import { pictureButton } from "../shared/take_away.js";
import { Transport } from "../shared/transport.js";
import { positionOf } from "./model.js";
import { SPEEDS } from "./motion.js";

/** @import { Stage } from "./stage.js" */

/** @param {string} name  @param {string} word  @param {string} label  @param {() => void} act */
function toggle(name, word, label, act) {
  const node = element("button", `control toggle ${name}`, word);
  node.type = "button";
  node.title = label;
  node.onclick = act;
  return node;
}

export class StageTransport {
  #stage;
  #controls;
  #terms;
  #whole;
  #loop;
  #backward;

  /** @param {Stage} stage */
  constructor(stage) {
    this.#stage = stage;
    this.#controls = new Transport(stage, { short: "cell", long: "output cell" }, SPEEDS);
    this.root = this.#controls.root;
    this.#terms = toggle("terms", "One by one", "Add up the products one by one", () => stage.toggleTerms());
    this.#whole = toggle("whole", "Show all", "Show the whole output at once", () => stage.toggleWhole());
    this.#loop = toggle("loop", "Loop", "Start again at the end", () => stage.toggleLoop());
    this.#backward = toggle("backward", "Gradient", "Show where the gradient goes back", () => stage.toggleBackward());
    this.#controls.options.append(this.#terms, this.#whole, this.#loop, this.#backward, pictureButton(stage.root));
  }

  update() {
    const { m, position, playing, speed, term, layout, walking, whole, loop, backward } = this.#stage;
    const { i, j } = this.#stage.shownCell();
    const count = `${positionOf(m, { i, j }) + 1} of ${m.N}`;
    const last = m.N - 1;
    this.#controls.show({
      position,
      last,
      playing,
      speed,
      told: `row ${i}, column ${j}`,
      readout: layout.narrow ? `[${i}, ${j}] · ${count}` : `row ${i}, column ${j} · ${count}`,
      atStart: position === 0 && term <= 0,
      atEnd: position === last && !this.#stage.termsLeft(),
    });
    const states = /** @type {const} */ ([
      [this.#terms, walking],
      [this.#whole, whole],
      [this.#loop, loop],
      [this.#backward, backward],
    ]);
    for (const [node, on] of states) node.setAttribute("aria-pressed", String(on));
    this.#backward.hidden = !m.dx;
    this.#terms.hidden = m.kind !== "conv";
  }
}
