"""Two or more runs side by side: their curves, and the settings in which they differ."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from ui import lesson, link
from ui.components.live_chart.live_chart import live_chart
from ui.train import charts, session
from ui.train.session import Kept


def show() -> None:
    """Keep the present run by name; compare those that were kept."""
    with (
        st.form("tr_keep", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input("Keep the run as it is now, by the name of", max_chars=40, width=320)
        if st.form_submit_button("Keep"):
            said = session.keep(name)
            if said:
                lesson.problem(said)
    kept = session.current().kept
    if not kept:
        st.markdown("No run is kept yet. Train, keep it, change one thing, train again, keep that.")
        return
    chosen = st.multiselect("Runs", list(kept), default=list(kept), key=f"tr_runs_{len(kept)}")
    if not chosen:
        return
    log = link.toggle("Log scale", "tr_cmp_log")
    live_chart(
        "tr_compare",
        charts.compared({n: kept[n].state.history for n in chosen}, log=log),
        x_label="step",
        summary=", ".join(f"{n}: {best(kept[n]):.1%}" for n in chosen),
        height=240,
        projector=lesson.projector(),
    )
    st.dataframe(differences({n: kept[n] for n in chosen}), hide_index=True, key="tr_diff")
    for name in chosen:
        st.button(
            f"Drop {name}",
            key=f"tr_drop_{name}",
            type="tertiary",
            on_click=session.drop,
            args=(name,),
        )


def best(run: Kept) -> float:
    """The best validation accuracy the run has seen."""
    return max(run.state.history.check_accuracy, default=float("nan"))


def differences(runs: dict[str, Kept]) -> dict[str, list[str]]:
    """A table: one row a run, one column for every setting in which they differ."""
    settings = {name: _settings(run) for name, run in runs.items()}
    keys = list(dict.fromkeys(key for found in settings.values() for key in found))
    differing = [key for key in keys if len({settings[name].get(key, "") for name in runs}) > 1]
    return {
        "run": list(runs),
        "best validation accuracy": [f"{best(run):.1%}" for run in runs.values()],
        "steps": [str(run.state.step) for run in runs.values()],
        **{key: [settings[name].get(key, "") for name in runs] for key in differing},
    }


def _settings(run: Kept) -> dict[str, str]:
    config = asdict(run.state.config)
    blocks = config.pop("blocks")
    recipe = {f"data: {k}": v for k, v in asdict(run.recipe).items() if k not in ("drawings",)}
    words = " → ".join(_block(block) for block in blocks)
    return {"network": words, **{k: str(v) for k, v in {**config, **recipe}.items()}}


def _block(block: dict[str, object]) -> str:
    size = block.get("out_channels") or block.get("out_features") or block.get("p") or ""
    kernel = f" {block['kernel_size']}×{block['kernel_size']}" if "kernel_size" in block else ""
    return f"{block['kind']} {size}{kernel}".strip()
