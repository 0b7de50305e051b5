"""One idea each: what a famous network had that was new, as an experiment."""

from __future__ import annotations

from ui import link
from ui.famous import bottleneck, groups, residuals, small_kernels, strips

IDEAS = {
    "residual": ("ResNet: add, don't replace", residuals.show),
    "small": ("VGG: small kernels", small_kernels.show),
    "strips": ("Inception: strips", strips.show),
    "groups": ("AlexNet: groups, and 227", groups.show),
    "narrow": ("1×1: a bottleneck", bottleneck.show),
}


def show() -> None:
    """The scene."""
    titles = {name: title for name, (title, _) in IDEAS.items()}
    idea = link.choice(
        "Idea", "fn_idea", titles, "residual", kind="pills", label_visibility="collapsed"
    )
    IDEAS[idea][1]()
