// The sum, written out: products as tiles in the window's shape, and a ledger that adds up.

import { element } from "../shared/dom.js";
import { SIZE } from "./layout.js";
import { Ledger } from "./ledger.js";
import { Tiles } from "./tiles.js";

/** @import { Stage } from "./stage.js" */

export class SumView {
  root = element("div", "sum");
  #stage;
  #tiles;
  #ledger;
  #built = "";

  /** @param {Stage} stage */
  constructor(stage) {
    this.#stage = stage;
    this.#tiles = new Tiles(stage);
    this.#ledger = new Ledger(stage);
    this.root.append(this.#tiles.root, this.#ledger.root);
  }

  update() {
    const { m, layout, backward } = this.#stage;
    const projector = layout.size === SIZE.projector;
    const beside = projector ? 300 : 250;
    this.#tiles.fit(layout.narrow ? layout.width - 8 : layout.width - beside - 48);
    const { channels } = this.#tiles.plan;
    const { kind, C, names, activation, bias, compare } = m;
    const parts = [kind, C, names, bias === 0, activation, backward, Boolean(compare)];
    const { biased } = this.#stage.data;
    const key = JSON.stringify([channels, biased, m.kh, m.kw, ...parts, projector, layout.narrow]);
    if (key !== this.#built) this.#ledger.clear();
    this.#built = key;
    this.#tiles.update();
    this.#ledger.update(channels);
  }
}
