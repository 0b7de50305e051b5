// The sum under the magnifier: window × kernel = products, and a ledger that adds up.

import { element } from "../shared/dom.js";
import { Ledger } from "./ledger.js";
import { Lines, planLines } from "./lines.js";

/** @import { Lens } from "./image_lens.js" */

export class Numbers {
  root = element("div", "numbers");
  #lens;
  #lines;
  #ledger;
  #built = "";

  /** @param {Lens} lens */
  constructor(lens) {
    this.#lens = lens;
    this.#lines = new Lines(lens);
    this.#ledger = new Ledger(lens);
    this.root.append(this.#lines.root, this.#ledger.root);
  }

  update() {
    const { m } = this.#lens;
    const plan = planLines(this.#lens);
    const key = JSON.stringify([plan, m.kh, m.kw, m.names, m.combine, m.apart]);
    if (key !== this.#built) {
      this.#built = key;
      this.#lines.build(plan);
      this.#ledger.clear();
      this.root.classList.toggle("below", !plan.beside);
    }
    this.#lines.update();
    this.#ledger.update(plan);
  }
}
