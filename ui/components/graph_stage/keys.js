// Keys of the stage itself; cells and controls have their own.

/** @import { GraphStage } from "./graph_stage.js" */

/** @param {GraphStage} stage */
export function listenToKeys(stage) {
  const { walk, root } = stage;
  /** @type {Record<string, () => void>} */
  const acts = {
    " ": () => walk.toggle(),
    ArrowRight: () => walk.step(1),
    ArrowLeft: () => walk.step(-1),
    Home: () => walk.jump(0),
    End: () => walk.jump(walk.last),
  };
  root.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && stage.pinned) {
      event.preventDefault();
      stage.pin(null);
      return;
    }
    const { target } = event;
    const own = target === root || (target instanceof Element && target.matches(".ng-cell"));
    const act = acts[event.key];
    if (!own || !act || stage.data.fixed || stage.data.steps.length < 2) return;
    event.preventDefault();
    act();
  };
}
