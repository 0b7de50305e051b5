"""The table of lessons: the home page, the navigation and previous / next all read it.

To add a lesson, write its page and add a line. A line whose page does not exist yet is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from classroom import folder

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Lesson:
    """One page.

    Attributes:
        slug: Also its address.
        title: What it is called.
        file: Where it is written.
        group: Of the navigation.
        why: Why one would open it.
        draws: The components on its stage as it opens: a browser is told to ask for their scripts
            with the page itself (:mod:`ui.serving.front`).
        uses: Streamlit's programs of its controls and pictures, likewise, by the beginnings of
            their files' names; ``rehype-katex`` sets formulas.
    """

    slug: str
    title: str
    file: str
    group: str
    why: str
    draws: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether its page has been written."""
        return (ROOT / self.file).is_file()


#: The group of pages that are no lessons: for who leads a class, and who joins one.
TEACH = "Teach"
GROUPS = ("See", "Run", "Learn", "Know", TEACH)

LESSONS = (
    Lesson(
        "convolution",
        "Convolution",
        "pages/convolution.py",
        "See",
        "A small grid of weights slides over a picture; at every step it multiplies, adds, and "
        "writes one number.",
        draws=("window_stage",),
        uses=(
            "ButtonGroup",
            "DownloadButton",
            "ImageList",
            "NumberInput",
            "Selectbox",
            "Slider",
            "TextInput",
            "rehype-katex",
        ),
    ),
    Lesson(
        "padding",
        "Padding and stride",
        "pages/padding.py",
        "See",
        "How far the window steps, and what lies beyond the edge, decide how large the output is.",
        draws=("window_stage", "panels"),
        uses=("DownloadButton", "NumberInput", "Selectbox", "Slider", "TextInput", "rehype-katex"),
    ),
    Lesson(
        "filters",
        "Filters on images",
        "pages/filters.py",
        "See",
        "A kernel is a detector: on a photograph you can see what it looks for.",
        draws=("image_lens", "kernel_grid", "tile_grid"),
        uses=("ButtonGroup", "ImageList", "Selectbox", "Slider", "rehype-katex"),
    ),
    Lesson(
        "channels",
        "Channels",
        "pages/channels.py",
        "See",
        "Colour has three channels, a hidden layer has many; one filter reads them all at once.",
        draws=("window_stage",),
        uses=("ButtonGroup", "DownloadButton", "Selectbox", "Slider", "TextInput", "rehype-katex"),
    ),
    Lesson(
        "activations",
        "Activations",
        "pages/activations.py",
        "See",
        "Without a bend after each sum, any number of layers would be worth only one.",
        draws=("curve_point", "kernel_grid", "live_chart", "tile_grid"),
        uses=("NumberInput", "Progress", "Selectbox", "Slider", "TextInput", "rehype-katex"),
    ),
    Lesson(
        "pooling",
        "Pooling",
        "pages/pooling.py",
        "See",
        "Keep the strongest answer of each small window, and let go of exactly where it was.",
        draws=("window_stage", "panels"),
        uses=(
            "ButtonGroup",
            "DownloadButton",
            "NumberInput",
            "Selectbox",
            "Slider",
            "TextInput",
            "rehype-katex",
        ),
    ),
    Lesson(
        "dense",
        "Dense layer",
        "pages/dense.py",
        "See",
        "Flatten the maps, give every number a weight for every class, and turn sums into shares.",
        draws=("graph_stage",),
        uses=("ButtonGroup", "NumberInput", "Slider", "TextInput", "rehype-katex"),
    ),
    Lesson(
        "exercises",
        "Exercises",
        "pages/exercises.py",
        "See",
        "A sheet dealt from a number, with its answers: on paper, or here one after another.",
        uses=(
            "ButtonGroup",
            "DownloadButton",
            "NumberInput",
            "Selectbox",
            "Slider",
            "TextInput",
            "rehype-katex",
        ),
    ),
    Lesson(
        "draw",
        "Draw a digit",
        "pages/draw.py",
        "Run",
        "Draw, and watch every layer of a trained network answer while the pen still moves.",
        draws=("draw_pad", "network_view", "keepsake"),
        uses=("ButtonGroup", "FileUploader", "ImageList", "TextInput"),
    ),
    Lesson(
        "train",
        "Train a network",
        "pages/train.py",
        "Learn",
        "Start from noise, press Train, and watch filters form as the loss falls.",
        draws=("live_chart", "tile_grid", "keepsake"),
        uses=(
            "ButtonGroup",
            "FileUploader",
            "NumberInput",
            "Selectbox",
            "Slider",
            "TextInput",
            "rehype-katex",
        ),
    ),
    Lesson(
        "backpropagation",
        "Backpropagation",
        "pages/backpropagation.py",
        "Learn",
        "An error at the end, sent back step by step, tells every weight which way to move.",
        draws=("graph_stage",),
        uses=("ButtonGroup", "Slider", "TextInput", "rehype-katex"),
    ),
    Lesson(
        "why",
        "Why convolution",
        "pages/why.py",
        "Know",
        "Few weights, used everywhere: what a convolution saves, and what it assumes.",
        draws=("log_bars",),
        uses=("ButtonGroup", "Selectbox", "Slider", "TextInput", "rehype-katex"),
    ),
    Lesson(
        "famous",
        "Famous networks",
        "pages/famous.py",
        "Know",
        "From LeNet to ResNet, layer by layer: where the weights are and where the time goes.",
        draws=("bubbles",),
        uses=("ButtonGroup", "TextInput"),
    ),
    Lesson(
        "teach",
        "Lead a class",
        "pages/teach.py",
        TEACH,
        "Your students join by a code, and guess, draw and go through the lessons together.",
        uses=("DownloadButton",),
    ),
    Lesson(
        "join",
        "Join a class",
        "pages/join.py",
        TEACH,
        "Your teacher has a code of five letters and digits; with it you are in the class.",
        uses=("TextInput",),
    ),
)

HOME = Lesson(
    "",
    "ConvScope",
    "pages/home.py",
    "",
    "A convolutional network you can take apart.",
    draws=("window_stage",),
    uses=("ButtonGroup",),
)


@cache
def shown() -> tuple[Lesson, ...]:
    """The pages that exist, in order; looked up once. Without classes, without theirs."""
    has_classes = folder.named() is not None
    return tuple(one for one in LESSONS if one.exists and (one.group != TEACH or has_classes))


def by_slug(slug: str) -> Lesson:
    """The lesson of that slug ("" is the home page); ``KeyError`` if there is none."""
    for lesson in (HOME, *LESSONS):
        if lesson.slug == slug:
            return lesson
    raise KeyError(slug)


def known(slug: str) -> bool:
    """Whether there is a page of that slug to go to."""
    return slug == HOME.slug or slug in [lesson.slug for lesson in shown()]


def neighbours(slug: str) -> tuple[Lesson | None, Lesson | None]:
    """The lessons before and after, among those shown; none of a page that is no lesson."""
    if by_slug(slug).group == TEACH:
        return None, None
    row = [lesson for lesson in shown() if lesson.group != TEACH]
    place = [lesson.slug for lesson in row].index(slug)
    before = row[place - 1] if place > 0 else None
    after = row[place + 1] if place + 1 < len(row) else None
    return before, after


def in_group(group: str) -> tuple[Lesson, ...]:
    """The lessons of one group whose pages exist, in order."""
    return tuple(lesson for lesson in shown() if lesson.group == group)
