"""Two or more runs side by side: their curves, and the settings in which they differ."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from jobs.runner import View
from ui import lesson, link
from ui.components.live_chart.live_chart import live_chart
from ui.plain import plain
from ui.train import changes, charts, session
from ui.train.session import NOW, Kept


def show(view: View) -> None:
    """Keep the present run by name; compare it with those that were kept."""
    with (
        st.form("tr_keep", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input(
            "Keep the run as it is now, by the name of",
            max_chars=40,
            width=320,
            placeholder=session.next_name(),
        )
        if st.form_submit_button("Keep"):
            said = session.keep(name)
            if said:
                lesson.problem(said)
    runs = session.runs_to_compare(view)
    if not session.current().kept:
        st.markdown("No run is kept yet. Train, keep it, change one thing, train again, compare.")
        return
    kept = list(session.current().kept)
    picked = st.multiselect("Runs", kept, default=kept, key=f"tr_runs_{_serials()}")
    chosen = {n: run for n, run in runs.items() if n in picked or n == NOW}
    if not chosen:
        return
    log = link.toggle("Log scale", "tr_cmp_log")
    marks = changes.marks_of_all({n: run.state for n, run in chosen.items()})
    live_chart(
        "tr_compare",
        charts.compared({n: run.state.history for n, run in chosen.items()}, log=log, marks=marks),
        x_label="step",
        summary=", ".join(f"{n}: {best(run)}" for n, run in chosen.items()),
        height=250,
        projector=lesson.projector(),
    )
    changes.tell(marks)
    st.markdown("The settings in which they differ, and what came of it:")
    st.dataframe(differences(chosen), hide_index=True, key="tr_diff")
    with st.container(horizontal=True, key="tr_drops"):
        for name in kept:
            st.button(
                f"Drop {plain(name)}",
                key=f"tr_drop_{session.current().kept[name].serial}",
                on_click=session.drop,
                args=(name, session.current().kept[name].serial),
            )


def _serials() -> str:
    """Which runs are kept: what was picked among others says nothing of these."""
    return "_".join(str(kept.serial) for kept in session.current().kept.values())


def best(run: Kept) -> str:
    """The best validation accuracy the run has seen, in words."""
    seen = run.state.history.check_accuracy
    return f"{max(seen):.1%}" if seen else "none yet"


def differences(runs: dict[str, Kept]) -> dict[str, list[str]]:
    """A table: one row a run, one column for every setting in which they differ."""
    settings = {name: _settings(run) for name, run in runs.items()}
    keys = list(dict.fromkeys(key for found in settings.values() for key in found))
    differing = [key for key in keys if len({settings[name].get(key, "") for name in runs}) > 1]
    return {
        "run": list(runs),
        "best validation accuracy": [best(run) for run in runs.values()],
        "steps": [str(run.state.step) for run in runs.values()],
        **{key: [settings[name].get(key, "") for name in runs] for key in differing},
    }


#: Fields whose own name is no word.
WORDS = {
    "lr": "learning rate",
    "half_mse": "½ MSE",
    "init": "first weights",
    "samples": "training images",
    "sgd": "SGD",
    "adam": "Adam",
    "class": "our class",
    "data: source": "data",
    "file": "a file",
    "data: digest": "data: file",
    "data: low": "data: black is",
    "data: high": "data: white is",
    "data: turned": "data: rows and columns exchanged",
}


def _settings(run: Kept) -> dict[str, str]:
    config = asdict(run.state.config)
    blocks = config.pop("blocks")
    config.pop("since")
    config.pop("weights")
    hidden = ("drawings", "labels", "names", "folder", "held_out", "shape")
    recipe = {f"data: {k}": v for k, v in asdict(run.recipe).items() if k not in hidden}
    recipe["data: digest"] = run.recipe.digest[:6]  # two files differ in it
    words = " → ".join(_block(block) for block in blocks)
    found = {"network": words}
    if changed := changes.by_step(run.state):
        found["changed on the way"] = "; ".join(f"after step {n:,}, {w}" for n, w in changed)
    for name, value in {**config, **recipe}.items():
        found[WORDS.get(name, name.replace("_", " "))] = WORDS.get(str(value), str(value))
    if run.state.first is not None:
        found[WORDS["init"]] = f"of the file “{run.state.first.name}”"
    return found


def _block(block: dict[str, object]) -> str:
    size = block.get("out_channels") or block.get("out_features") or block.get("p") or ""
    kernel = f" {block['kernel_size']}×{block['kernel_size']}" if "kernel_size" in block else ""
    return f"{block['kind']} {size}{kernel}".strip()
