"""Beyond digits: from "what is it?" to "where is it?", and what that is used for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.data.handwriting import generate
from cnn.data.preprocess import shrink
from cnn.explain import centres, evaluation_copy, path_to, resample
from cnn.functional import avg_pool2d
from cnn.layers.softmax import softmax
from ui import codecs, figures, guess, lesson, link, presets
from ui.components.draw_pad import draw_pad
from ui.pick_questions import PickQuestion, dealt
from ui.why import networks

PAD = "wy_pad"
FIRST = "6corner"
OWN = "own"
SHEET = 64
PICTURES = {"several": "Three digits on one sheet", "pad": "Your drawing"}
#: Of the all-convolutional network: a map for each class, whose mean is the class's logit.
LAYER = "conv4"
#: Side of a box, in pixels: about a digit's.
WINDOW = 22
#: Ink paler than this is the soft edge of a stroke.
FAINT = 0.2
#: The strongest colour stands for no less than this: digits give 40 and more, a speck 2.
LEAST = 5.0
#: Pixels of a picture on the screen: of a sheet, and beside the pad.
_WIDE, _BESIDE = 256, 196
_FINER = 4


@dataclass(frozen=True)
class Found:
    """Where in a picture a network finds a class.

    Attributes:
        ink: (H, W) the picture.
        logits: (10,) what the network says of the whole.
        heat: (10, H, W) each class's own map, laid over the picture: how much more a place speaks
            for it than for the ten on average, each cell the mean of 3×3.
    """

    ink: Array
    logits: Array
    heat: Array

    @property
    def blank(self) -> bool:
        """Whether there is nothing in it that could be found."""
        return not (self.ink > 0.05).any()

    @property
    def label(self) -> int:
        """The answer."""
        return int(self.logits.argmax())

    def shade(self, label: int) -> Array:
        """(H, W) a class's heat from −1 to 1, on one scale for all classes.

        Of blank paper there is none: what the network's biases say is the same everywhere.
        """
        if self.blank:
            return np.zeros_like(self.ink)
        scaled: Array = self.heat[label] / max(float(np.abs(self.heat).max()), LEAST)
        return scaled

    def window(self, label: int) -> tuple[slice, slice]:
        """Rows and columns of the window, about as large as a digit, that speaks most for it."""
        side = min(WINDOW, *self.ink.shape)
        means = avg_pool2d(self.heat[label][None, None], side, 1)[0, 0]
        row, column = (int(at) for at in np.unravel_index(means.argmax(), means.shape))
        return slice(row, row + side), slice(column, column + side)

    def mask(self, label: int) -> Array:
        """(H, W) the ink in :meth:`window`."""
        inside = np.zeros_like(self.ink)
        inside[self.window(label)] = self.ink[self.window(label)]
        return inside

    def box(self, label: int) -> tuple[int, int, int, int] | None:
        """Rows and columns (first, end, first, end) around :meth:`mask`; None if it is blank."""
        rows, columns = np.nonzero(self.mask(label) > FAINT)
        if not rows.size:
            return None
        return int(rows.min()), int(rows.max()) + 1, int(columns.min()), int(columns.max()) + 1


def find(ink: Array) -> Found:
    """Ask the all-convolutional network, whose last maps are one a class.

    Zhou et al., "Learning Deep Features for Discriminative Localization" (2016): where a network
    ends in the mean of its maps, a class's map says how much each place adds to its logit.

    Args:
        ink: (H, W) of any size, 0 paper, 1 ink.
    """
    net = evaluation_copy(networks.trained("allconv-moved").net)
    path = path_to(net, LAYER)
    value = ink.astype(np.float32)[None, :, :, None]
    for layer in path:
        value = layer.forward(value)
    maps = value[..., 0]
    rows, columns = centres(path, (1, *ink.shape))
    above = maps - maps.mean(axis=0)  # softmax sees differences only
    calm = avg_pool2d(np.pad(above, ((0, 0), (1, 1), (1, 1)), mode="edge")[None], 3, 1)[0]
    heat = np.stack([resample(one, rows, columns, ink.shape) for one in calm])
    return Found(ink, maps.mean(axis=(1, 2)), heat)


@lru_cache(maxsize=64)
def sheet(seed: int) -> tuple[Array, tuple[int, ...]]:
    """(64, 64) three different digits that do not touch, and which they are."""
    rng = np.random.default_rng([seed, 64])
    labels = tuple(int(v) for v in rng.permutation(10)[:3])
    images = generate(3, seed, labels=labels).floats()[:, 0]
    paper = np.zeros((SHEET, SHEET), np.float32)
    corners = rng.permutation([(2, 2), (2, 34), (34, 2), (34, 34)])[:3]
    for image, corner in zip(images, corners, strict=True):
        row, column = corner + rng.integers(-2, 3, 2)
        paper[row : row + 28, column : column + 28] = image
    paper.flags.writeable = False
    return paper, labels


def pictures(found: Found, label: int) -> list[tuple[str, Array]]:
    """(caption, (H, W, 3)): the heat, a box around the place, and the ink that belongs to it."""
    # Larger than the others: the line around the place is thinner than a pixel of the ink.
    framed = figures.picture(found.ink, limit=1.0).repeat(_FINER, axis=0).repeat(_FINER, axis=1)
    if (box := found.box(label)) is not None:
        figures.frame(framed, *(edge * _FINER for edge in box))
    own = np.where(found.mask(label) > FAINT, 0.7, 0.0)
    where = figures.over_ink(found.shade(label), found.ink, "activation")
    return [
        (f"where? the map of {label}", where),
        ("a box: detection", framed),
        ("its pixels: segmentation", figures.over_ink(own, found.ink, "activation")),
    ]


def sentence(found: Found) -> str:
    """The answer in words."""
    if found.blank:
        return "Nothing is drawn yet."
    best = np.argsort(-found.logits)[:2]
    chances = softmax(found.logits, 0)
    return f"It reads {best[0]}, {chances[best[0]]:.0%}; then {best[1]}, {chances[best[1]]:.0%}."


def _class(found: Found, options: tuple[int, ...]) -> int:
    """The class that is looked for."""
    names = {"auto": f"the answer ({found.label})"} | {str(k): str(k) for k in options}
    chosen = link.choice("Where is the …?", "wy_class", names, "auto", kind="pills")
    return found.label if chosen == "auto" else int(chosen)


def _draw(found: Found, options: tuple[int, ...], wide: int = _WIDE) -> None:
    label = _class(found, options)
    with st.container(horizontal=True, key="wy_heat"):
        for caption, picture in pictures(found, label):
            figures.image(picture, caption=caption, width=wide, alt=f"{caption}, {label}")


@link.fragment(key="wy_live")
def _own() -> None:
    """The pad and what is found on it; only this runs while the pen moves."""
    names = [preset.id for preset in presets.all_presets()]
    start = link.get("wy_draw", FIRST, codecs.one_of([*names, OWN]), label="Drawing")
    fixed = link.held("wy_draw") and start != OWN
    state = draw_pad.read(PAD, presets.all_presets(), start, fixed=fixed)
    image = shrink(state.ink)
    found = find(image)
    pad_place, pictures_place = st.columns([3, 7], gap="medium")
    with pictures_place:
        _draw(found, tuple(range(10)), _BESIDE)
    with pad_place:
        draw_pad.draw_pad(
            PAD,
            fit=draw_pad.unfitted(image),
            text=sentence(found),
            presets=presets.all_presets(),
            start=start,
            epoch=link.epoch(),
            fixed=fixed,
            side=260,
            projector=lesson.projector(),
        )
    link.put("wy_draw", state.preset or OWN, codecs.text(40))


def show() -> None:
    """The scene."""
    stage, side = lesson.stage()
    with side:
        chosen = link.choice("Picture", "wy_sheet", PICTURES, "several", kind="radio")
        seed = link.number("Seed", "wy_seed", 0, 9999, 1, disabled=chosen == "pad")
    with stage:
        if chosen == "pad":
            _own()
        else:
            ink, labels = sheet(seed)
            _draw(find(ink), labels)
    lesson.text(
        """
The **all-convolutional network** of this lesson ends in ten maps, one a class; their means are its
logits. So the map of a class says how much *each place* adds to it: a **class-activation map**, for
nothing (blue speaks for the class more than for the ten on average, orange less). The box is the
window of a digit's size that speaks most for it. "Where" was never in the labels: the network was
trained on single digits. It has no dense layer, so it takes a sheet of any size.

That is the bridge from *what* to *where*, and most uses of convolutional networks stand on the
other side. **Detection** draws a box around each thing: people and cars before a car, parts on a
belt. **Segmentation** answers for every pixel: road or not, cloud or ground. In **medicine**
networks mark tumours in scans and cells under a microscope; a doctor decides. In **documents** they
find lines and fields and read them, from cheques, where LeNet began, to a photographed page. The
layers are those of these lessons: more of them, and trained on more than digits.
"""
    )
    asked = why_any_size(guess.deal("wy_g9"))
    guess.pick("wy_g9", asked.words, asked.options, asked.answer, asked.explain)


def why_any_size(rng: np.random.Generator) -> PickQuestion:
    """Why a network of convolutions takes a picture of another size."""
    side = int(rng.integers(5, 12)) * 8
    return dealt(
        rng,
        f"The network was trained on 28×28. Why can it read a sheet of {side}×{side}?",
        (
            "no layer of it has a weight for a place, so the same weights go over a larger sheet",
            "the sheet is made smaller first",
            "it has more weights than it needs for 28×28",
        ),
        "A convolution's weights are for its window, and a mean takes a map of any size: the last "
        f"maps are {side // 4}×{side // 4} here, 7×7 before. A dense layer has a weight for every "
        "cell and would not fit.",
    )
