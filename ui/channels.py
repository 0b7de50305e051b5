"""What the lesson on channels shows: kernels of depth 3, mixes of colours, and what each costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.functional import conv2d
from cnn.nets.spec import Spec, outline
from cnn.window import named_kernels
from ui.components.tile_grid.tile_grid import Tiles
from ui.questions import NumberQuestion, mistakes

COLOURS = ("red", "green", "blue")
KERNELS = {
    "edges": "Vertical edges in every channel",
    "red": "Red only",
    "opponent": "Red against green",
    "blue": "Outlines in blue",
    "grey": "Blurred grey",
}


def kernel(name: str) -> Array:
    """A filter (3, 3, 3) of :data:`KERNELS`: a kernel for each colour."""
    nothing = np.zeros((3, 3))
    middle = named_kernels.identity()
    return {
        "edges": np.stack([named_kernels.sobel_x()] * 3),
        "red": np.stack([middle, nothing, nothing]),
        "opponent": np.stack([middle, -middle, nothing]),
        "blue": np.stack([nothing, nothing, named_kernels.outline()]),
        "grey": np.stack([named_kernels.box() / 3] * 3),
    }[name]


def bank(count: int) -> tuple[list[str], Array]:
    """Names and weights (count, 3, 3, 3) of the first ``count`` of eight filters."""
    nothing, middle = np.zeros((3, 3)), named_kernels.identity()
    table = {
        "vertical edges": np.stack([named_kernels.sobel_x()] * 3),
        "horizontal edges": np.stack([named_kernels.sobel_y()] * 3),
        "red − green": 4 * np.stack([middle, -middle, nothing]),
        "blue − red": 4 * np.stack([-middle, nothing, middle]),
        "outlines": np.stack([named_kernels.outline()] * 3),
        "blur": 2 * np.stack([named_kernels.box()] * 3),
        "red edges": np.stack([named_kernels.sobel_x(), nothing, nothing]),
        "emboss": np.stack([named_kernels.emboss()] * 3),
    }
    names = list(table)[:count]
    return names, np.stack([table[name] for name in names])


def feature_maps(x: Array, weight: Array, stride: int = 1, padding: int = 0) -> Array:
    """(F, OH, OW) of one picture (3, H, W) under F filters."""
    result: Array = conv2d(x[None], weight, stride=stride, padding=padding)[0]
    return result


#: Rows are outputs R, G, B; columns are inputs R, G, B.
MIXES = {
    "grey": "Grey",
    "sepia": "Sepia",
    "swap": "Swap red and blue",
    "same": "Leave it",
    "negative": "Warm against cold",
}
_MIX = {
    "grey": [[0.3, 0.59, 0.11]] * 3,  # ITU-R BT.601 luma, rounded
    "sepia": [[0.39, 0.77, 0.19], [0.35, 0.69, 0.17], [0.27, 0.53, 0.13]],
    "swap": [[0, 0, 1], [0, 1, 0], [1, 0, 0]],
    "same": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "negative": [[1, 0, -0.5], [0, 1, 0], [-0.5, 0, 1]],
}


def mix(name: str) -> Array:
    """The 1×1 kernel (3, 3) of a mix."""
    return np.array(_MIX[name], dtype=float)


def mixed(x: Array, weights: Array) -> Array:
    """(3, H, W) after a 1×1 convolution with ``weights`` (3, 3)."""
    result: Array = conv2d(x[None], weights[:, :, None, None])[0]
    return result


@dataclass(frozen=True)
class Cost:
    """What one way of getting from C to O maps costs."""

    name: str
    weights: int
    multiply_adds: int
    steps: str

    def row(self, first: Cost) -> dict[str, str]:
        """A line of a table, against the first way."""
        return {
            "way": self.name,
            "shapes": self.steps,
            "weights": f"{self.weights:,}",
            "multiply–adds": f"{self.multiply_adds:,}",
            "against the first": f"{self.multiply_adds / first.multiply_adds:.2f} ×",
        }


def cost(name: str, spec: Spec, shape: tuple[int, int, int]) -> Cost:
    """Counted by the network's own summary."""
    rows = outline(spec, shape).rows
    shapes = [shape, *(row.output_shape for row in rows)]
    steps = " → ".join("×".join(map(str, s)) for s in shapes)
    return Cost(name, sum(r.parameters for r in rows), sum(r.multiply_adds for r in rows), steps)


def bottleneck(channels: int, narrow: int, side: int) -> list[dict[str, str]]:
    """A 3×3 convolution from C to C maps, plainly and through a 1×1 bottleneck."""
    shape = (channels, side, side)
    wide = cost("3×3 at full width", [_conv(channels, 3)], shape)
    thin = cost(
        "1×1 down, 3×3, 1×1 up", [_conv(narrow, 1), _conv(narrow, 3), _conv(channels, 1)], shape
    )
    return [wide.row(wide), thin.row(wide)]


def separable(channels: int, out: int, k: int, side: int) -> list[dict[str, str]]:
    """A k×k convolution, against one kernel a channel and then a 1×1 mix."""
    shape = (channels, side, side)
    full = cost("full", [_conv(out, k)], shape)
    apart = cost(
        "depthwise, then 1×1",
        [_conv(channels, k, groups=channels), _conv(out, 1)],
        shape,
    )
    return [full.row(full), apart.row(full)]


def shape(name: str, maps: Array) -> str:
    """A title with its shape: "picture, 3 × 40 × 40"."""
    return f"{name}, {' × '.join(map(str, maps.shape))}"


def depthwise_kernels() -> Array:
    """(3, 3, 3): one kernel for each colour."""
    return np.stack([named_kernels.sobel_x(), named_kernels.sobel_y(), named_kernels.outline()])


def depthwise(x: Array) -> tuple[Array, Array]:
    """One kernel a channel: (3, OH, OW), each from its own channel; and their 1×1 sum (1, …)."""
    maps: Array = conv2d(x[None], depthwise_kernels()[:, None], groups=3)[0]
    return maps, maps.sum(axis=0, keepdims=True)


def depthwise_steps(x: Array) -> list[Tiles]:
    """From left to right: the channels, their kernels, what each makes of its own, the sum."""
    maps, total = depthwise(x)
    names = ("R", "G", "B")
    return [
        Tiles(shape("channels", x), apart(x), kind="rgb", limit=1.0, captions=names),
        Tiles("one kernel each", depthwise_kernels(), kind="weight", captions=names),
        Tiles(shape("depthwise", maps), maps, captions=names),
        Tiles("1×1 sum", total),
    ]


def _conv(out: int, k: int, groups: int = 1) -> dict[str, object]:
    return {
        "kind": "conv",
        "out_channels": out,
        "kernel_size": k,
        "padding": k // 2,
        "groups": groups,
        "bias": False,
    }


def how_many_weights(rng: np.random.Generator) -> NumberQuestion:
    """Weights and biases of a convolution layer."""
    c = int(rng.choice([1, 3, 6, 8, 16]))
    f = int(rng.choice([4, 6, 8, 10, 16]))
    k = int(rng.choice([1, 3, 5]))
    words = (
        f"{c} map{'s' if c > 1 else ''} go in, {f} filters of {k}×{k} with a bias each. How many "
        "numbers does the layer learn?"
    )
    answer = f * (k * k * c + 1)
    explain = (
        f"Each filter has {k}·{k} weights for every one of the {c} maps that go in, and one bias: "
        f"{k}·{k}·{c} + 1 = {k * k * c + 1:,}. Times {f} filters is {answer:,}. The size of the "
        "picture does not matter."
    )
    known = mistakes(
        answer,
        (f * k * k * c, "the biases forgotten"),
        (f * (k * k + 1), "one kernel a filter: the depth forgotten"),
        (f * c * (k * k + 1), "a bias for each kernel"),
        (f * k * k * c + 1, "one bias for all filters"),
        (k * k * c + 1, "one filter only"),
        (f * (k * c + 1), "the kernel's side, not its area"),
    )
    return NumberQuestion(words, answer, explain, known)


def pair(x: Array, weights: Array) -> Array:
    """(2, 3, H, W): a picture before and after its mix."""
    return np.stack([x, mixed(x, weights)])


def apart(x: Array) -> Array:
    """(3, 3, H, W): each channel of a picture in its own colour."""
    return np.stack([np.where(np.arange(3)[:, None, None] == i, x, 0.0) for i in range(3)])
