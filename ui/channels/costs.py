"""What a layer costs, plain, narrowed first, or separated."""

from __future__ import annotations

from dataclasses import dataclass

from cnn.nets.spec import Spec, outline


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


def _conv(out: int, k: int, groups: int = 1) -> dict[str, object]:
    return {
        "kind": "conv",
        "out_channels": out,
        "kernel_size": k,
        "padding": k // 2,
        "groups": groups,
        "bias": False,
    }
