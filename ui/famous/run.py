"""Run it: a large network on a picture, layer by layer, with what each layer makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import streamlit as st

from cnn.architectures.architecture import Architecture
from cnn.arrays import Array
from cnn.explain import UnitField, unit_field
from jobs import large
from jobs.large import Layer, Looked, Maps
from ui import codecs, guess, lesson, link
from ui.components.live_chart.live_chart import Panel, Series, live_chart
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.famous import asking, photo, picture, timed, weights
from ui.famous.asking import Need
from ui.famous.side import millions
from ui.famous.weights import Choice
from ui.questions import NumberQuestion, mistakes

#: Seconds between two looks at a network that runs.
REFRESH = 0.3
#: In the session: which network was asked to run.
_RAN = "_fn_ran"
#: Side of a tile, and of the map that is opened.
_TILE, _OPEN = 84, 224
_MAPS, _CLICKED = "fn_maps", "_fn_clicked"
#: In the link, in place of a map's number.
STRONGEST = -1
_MAP = codecs.integer(STRONGEST, 4096)
_MAP_LABEL = "Map that is opened"
#: Which unit of the map is looked at.
UNITS = {"best": "Its strongest", "own": "Your choice"}
UNTRAINED = (
    "With **random weights** the maps are real: edges and spots come through, for a random kernel "
    "is a filter, too. But what the network would *say* is noise, so no names are shown."
)
TRAINED = (
    "These weights are **trained**: among the first layer's filters you find edges and colours, "
    "which nobody put there. What the network says of the picture stands under *What does it see?*"
)
JOINS = ("Residual", "Branches")


def show() -> None:
    """The scene."""
    choices = weights.untrained() | weights.trained()
    stage, side = lesson.stage()
    with side:
        names = {name: choice.label for name, choice in choices.items()}
        chosen = choices[link.choice("Network", "fn_net", names, "alexnet_single", kind="select")]
        shown = picture.choose()
        layers = layer_names(chosen.architecture)
        layer = link.choice(
            "Layer",
            f"fn_layer_{short(chosen)}",
            layers,
            layers[0],
            kind="select",
            on_change=_forget_map,
        )
    with stage:
        begun = shown is not None and start(chosen)
        if shown is None:
            st.markdown(picture.NONE_YET)
    if not begun:
        asking.stop()  # nobody is to wait for what nobody waits for
    if shown is not None:
        the_run = Run(chosen, shown, layer)
        pending = begun and asking.standing(the_run.needs()).pending
        with stage:
            if begun:
                passing(the_run, pending)
            if not begun or asking.known(the_run.first.key) is None:
                awaited(chosen, shown)
                keep_in_link()
        if begun:
            below(the_run, pending)
    classes = chosen.architecture.summary()[-1].output_shape[0]
    lesson.text(
        f"""
A **forward pass**: the picture goes in on the left, each layer works on what the one before it has
made, and the last one gives a number for each of {classes:,} classes. Early layers have few large
maps, late ones many small ones. Most of the *time* goes into convolutions; most of AlexNet's and
VGG's *weights* lie in the dense layers at the end, where everything is connected with everything.
"""
    )
    lesson.text(TRAINED if chosen.wanted.trained else UNTRAINED)
    asked = cells(guess.deal("fn_q6"))
    guess.number("fn_q6", asked.words, asked.answer, asked.explain, known=asked.known)


def short(choice: Choice) -> str:
    """The name of a network's own setting in the link: each has layers of its own."""
    return choice.architecture.slug


def layer_names(of: Architecture) -> list[str]:
    """Paths of the layers, in the order of the data."""
    return [row.name for row in of.summary() if row.kind not in JOINS]


@dataclass(frozen=True)
class Run:
    """A network, a picture, and the layer that is looked at."""

    choice: Choice
    picture: picture.Picture
    layer: str

    @property
    def first(self) -> Need:
        """The pass, and the maps of the layer with the strongest whole."""
        return self._need(None)

    def _need(self, channel: int | None) -> Need:
        key = ("look", self.choice.wanted, self.picture.mark, self.layer, channel)
        return Need(key, large.look, (self.choice.wanted, self.picture.pixels, self.layer, channel))

    def needs(self) -> list[Need]:
        """The pass; once it is there, also the map that was clicked."""
        found = asking.known(self.first.key)
        if found is None or len(found.maps.shape) < 3:
            return [self.first]
        take_click(found.maps)
        channel = present_map(found.maps)
        strongest = channel == found.maps.opened
        return [self.first] if strongest else [self.first, self._need(channel)]


def _run(name: str) -> None:
    st.session_state[_RAN] = name
    asking.again()


def start(chosen: Choice) -> bool:
    """The button, and what the network will take; whether it was pressed."""
    ran = st.session_state.get(_RAN) == chosen.name
    with st.container(key="fn_run_tools", horizontal=True, vertical_alignment="center"):
        st.button(
            "Run it", key="fn_run", type="primary", width=110, on_click=_run, args=(chosen.name,),
            disabled=ran,
        )  # fmt: skip
        st.markdown(size_words(chosen), width="content")
    return ran


def passing(of: Run, pending: bool) -> None:
    """What is under way, and what each layer took; looks again while there is more to come."""

    @link.fragment(run_every=REFRESH if pending else None, key="fn_running")
    def follow() -> None:
        now = asking.standing(of.needs())
        if pending and not now.pending:
            st.rerun()  # the whole page: what came out stands below
        with st.container(key="fn_progress"):
            asking.show(now)
        found = now.answers.get(of.first.key)
        told = now.look.told if now.look is not None else ()
        passed = found.layers if found else [one for one in told if isinstance(one, Layer)]
        with st.container(key="fn_times"):
            if passed:
                times(passed)

    follow()


def below(of: Run, pending: bool) -> None:
    """The maps, one of them opened, and the first kernels, once they are there."""
    if asking.known(of.first.key) is None:
        return

    @link.fragment(key="fn_below")
    def shown() -> None:
        wanted = of.needs()
        now = asking.standing(wanted)
        if now.pending and not pending:
            st.rerun()  # a tile was clicked whose map is not here
        found = now.answers.get(of.first.key)
        if found is not None:
            timed.keep(of.choice.architecture.slug, found.layers)
            with st.container(key="fn_looked"):
                looked(of.choice, found, now.answers.get(wanted[-1].key))

    shown()


def awaited(chosen: Choice, shown: picture.Picture) -> None:
    """What the network will be given, and what there will be to see."""
    with st.container(horizontal=True, key="photos_fn_given", gap="large"):
        photo.show(
            large.part(chosen.preprocessing, chosen.architecture.slug, shown.pixels),
            caption="What the network will be given",
            alt=f"The picture: {shown.words}",
        )
        with st.container(width=300):
            st.markdown(
                f"**Run it** sends this picture through {len(layer_names(chosen.architecture))} "
                "layers, one after another. Then you see how long each took, the maps of the layer "
                "you choose, and how much of the picture one unit of them sees."
            )


def keep_in_link() -> None:
    """What a link says of a map and its unit stays in it until there is a map."""
    link.get("fn_map", STRONGEST, _MAP, label=_MAP_LABEL)
    if link.get("fn_unit", "best", codecs.one_of(UNITS)) == "own":
        for name in ("fn_row", "fn_column"):
            link.get(name, STRONGEST, _MAP)


def size_words(chosen: Choice) -> str:
    """What it will take."""
    of = chosen.architecture
    work = sum(row.multiply_adds for row in of.summary())
    drawn = "trained" if chosen.wanted.trained else "drawn at random"
    return (
        f"{counted(of.parameters)} parameters, {drawn}, {asking.megabytes(4 * of.parameters)}; "
        f"{counted(work)} multiply–adds; "
        f"{of.input_shape[1]}×{of.input_shape[2]} pixels"
    )


def counted(count: int) -> str:
    """A count in the unit that fits: 61,706; 138 M; 15.5 G."""
    if count >= 1e9:
        return f"{count / 1e9:.3g} G"
    return millions(count) if count >= 1e6 else f"{count:,}"


def times(layers: list[Layer] | tuple[Layer, ...]) -> None:
    """Each layer's time, and what it leaves in memory."""
    place = np.arange(1, len(layers) + 1)
    spent = np.array([one.seconds for one in layers])
    held = np.cumsum([one.bytes for one in layers])
    slowest = layers[int(spent.argmax())]
    words = (
        f"{spent.sum() * 1e3:,.0f} ms in {len(layers)} layers; the slowest is {slowest.name}, "
        f"{slowest.seconds * 1e3:.1f} ms."
    )
    live_chart(
        "fn_timeline",
        [
            Panel("Time of each layer, ms", [Series("ms", place, spent * 1e3)], floor=0.0),
            Panel("Maps so far, MB", [Series("MB", place, held / 1e6, 1)], floor=0.0),
        ],
        x_label="layer",
        x_end=layers[0].total,
        summary=words,
        height=150,
        projector=lesson.projector(),
    )
    st.markdown(words)


def looked(chosen: Choice, found: Looked, whole: Looked | None) -> None:
    """The maps of the layer, one of them opened, the first layer's kernels.

    Args:
        chosen: The network.
        found: The pass.
        whole: The same with the map that was clicked; None while it is on its way.
    """
    maps = found.maps
    order = [int(c) for c in maps.channels]
    opened_one = maps.opened if whole is None else whole.maps.opened
    at = order.index(opened_one) if opened_one in order else None
    with st.container(key="fn_whole"):
        if whole is not None:
            opened(chosen, whole)
    tile_grid(
        _MAPS,
        [tiles(maps)],
        side=_TILE,
        selectable=len(maps.shape) == 3 and not link.held("fn_map"),
        chosen=None if at is None else (0, at),
        projector=lesson.projector(),
    )
    with st.container(key="fn_kernels"):
        tile_grid(
            "fn_first",
            [kernel_tiles(found.kernels)],
            side=44,
            legend=False,
            projector=lesson.projector(),
        )


def take_click(maps: Maps) -> None:
    """A tile that was clicked since the last run is the map to open."""
    state = st.session_state.get(_MAPS)
    value = state.get("clicked") if isinstance(state, Mapping) else None
    if value == st.session_state.get(_CLICKED):
        return
    st.session_state[_CLICKED] = value
    place = value[1] if isinstance(value, Sequence) and len(value) == 2 else None
    if isinstance(place, int) and 0 <= place < len(maps.channels):
        link.put("fn_map", int(maps.channels[place]), _MAP)


def present_map(maps: Maps) -> int:
    """The map that is opened: the strongest, or the one that the student clicked."""
    chosen = link.get("fn_map", STRONGEST, _MAP, label=_MAP_LABEL)
    return chosen if 0 <= chosen < maps.shape[0] else maps.opened


def _forget_map() -> None:
    """Another layer has other maps: its strongest is opened."""
    link.put("fn_map", STRONGEST, _MAP)


def tiles(maps: Maps) -> Tiles:
    """The strongest maps, small."""
    if len(maps.shape) == 1:
        return Tiles(f"{maps.layer}: {maps.shape[0]:,} units, row by row", maps.small)
    count, total = len(maps.channels), maps.shape[0]
    some = f"the {count} strongest of {total}" if count < total else f"all {total}, strongest first"
    title = f"{maps.layer}: maps of {maps.shape[1]}×{maps.shape[2]}, {some}"
    return Tiles(title, maps.small, captions=[str(c) for c in maps.channels])


def kernel_tiles(kernels: Array) -> Tiles:
    """(O, 3, kh, kw) as colour pictures, each from its least to its largest; (O, 1, …) signed."""
    size = f"{kernels.shape[2]}×{kernels.shape[3]}"
    first = f"The first layer's {len(kernels)} filters of {size}"
    if kernels.shape[1] == 1:
        return Tiles(first, kernels[:, 0], "weight")
    title = f"{first}, red, green and blue, as pictures"
    low = kernels.min(axis=(1, 2, 3), keepdims=True)
    high = kernels.max(axis=(1, 2, 3), keepdims=True)
    scaled = (kernels - low) / np.where(high > low, high - low, 1)
    return Tiles(title, scaled, kind="rgb")


def opened(chosen: Choice, found: Looked) -> None:
    """One map, one unit of it, and what that unit sees of the picture."""
    maps = found.maps
    if len(maps.shape) == 1:
        st.markdown("Every unit here sees the whole picture: the maps were laid out in a row.")
        return
    values, channel = maps.whole, maps.opened
    best = np.unravel_index(np.abs(values).argmax(), values.shape)
    with st.container(horizontal=True, key="fn_opened", gap="large"):
        with st.container(width=260):
            row, column = int(best[0]), int(best[1])
            if link.choice("Unit of the map", "fn_unit", UNITS, "best") == "own":
                height, width = values.shape
                row = link.slider("Row", "fn_row", 0, height - 1, height // 2)
                column = link.slider("Column", "fn_column", 0, width - 1, width // 2)
            field = field_of(chosen.architecture, maps.layer, (channel, row, column))
            st.markdown(unit_words(maps, channel, row, column, values[row, column], field))
        with st.container(width=round(1.25 * _OPEN)):
            tile_grid(
                "fn_open",
                [Tiles(f"Map {channel}", values[None])],
                side=_OPEN,
                projector=lesson.projector(),
            )
        photo.show(
            photo.framed(*photo.enlarged(found.picture, field.clipped, _OPEN)),
            caption="What this unit can see",
            alt=f"The picture; a frame around rows {field.clipped[0]} to {field.clipped[1] - 1}, "
            f"columns {field.clipped[2]} to {field.clipped[3] - 1}",
            width=_OPEN,
        )


@lru_cache(maxsize=256)
def field_of(of: Architecture, name: str, index: tuple[int, int, int]) -> UnitField:
    """What a unit sees; from the table alone, no weight is drawn."""
    return unit_field(of.build(init="zeros"), name, index, of.input_shape)


def unit_words(
    maps: Maps, channel: int, row: int, column: int, value: float, field: UnitField
) -> str:
    """What the unit is and sees."""
    rows, columns = field.size
    top, bottom, left, right = field.clipped
    seen = (bottom - top) * (right - left)
    words = (
        f"**{maps.layer}, map {channel}, row {row}, column {column}** says "
        f"{value:.3g}. It sees {rows}×{columns} cells"
    ).replace("-", "−")
    if seen < rows * columns:
        words += f", of which {bottom - top}×{right - left} lie on the picture"
    return words + "."


def cells(rng: np.random.Generator) -> NumberQuestion:
    """How many numbers a layer gives."""
    channels, side = int(rng.choice([64, 96, 128, 256])), int(rng.choice([28, 55, 56, 112]))
    answer = channels * side * side
    return NumberQuestion(
        f"A layer gives {channels} maps of {side}×{side}. How many numbers is that?",
        answer,
        f"{channels} · {side} · {side} = {answer:,}, which take {4 * answer / 1e6:.1f} MB.",
        mistakes(
            answer,
            (channels * side, "the map's area forgotten"),
            (side * side, "one map only"),
            (4 * answer, "bytes, not numbers"),
        ),
    )
