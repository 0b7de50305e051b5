"""What makes a picture visible: the ground under its transparent parts, and its contrast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ui.image_planes import Array, Planes

#: Weights of red, green and blue in brightness (ITU-R BT.601).
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
#: A colour that differs from its ground by less is not seen on it.
UNSEEN = 0.15
#: Share of a picture that may be lost on a white ground before another is looked for.
LOST = 0.25
GROUNDS = {"white": 1.0, "black": 0.0, "grey": 0.5}
#: Less of what a value could be than this, and the picture shows next to nothing.
SMALL_PART, SMALL_PART_DEEP = 1 / 8, 1 / 4
_SEEN = 0.02  # opacity below which a colour means nothing
_OUTLIERS = 0.02  # percent of the values at each end that may be stray
_MANY = 10_000


def laid_on_ground(found: Planes) -> tuple[Planes, list[str]]:
    """Without transparency, and the sentence that says what lies under it."""
    if found.opacity is None:
        return found, []
    opacity = found.opacity
    if opacity.min() >= 1:
        return replace(found, opacity=None), []
    name = _ground(found.colour, opacity)
    colour = found.colour + (1 - opacity) * np.float32(GROUNDS[name])
    why = "" if name == "white" else ", so that what is drawn is seen"
    note = f"Transparent parts lie on {name}{why}."
    return replace(found, colour=colour, opacity=None), [note]


def _ground(colour: Array, opacity: Array) -> str:
    """White if that loses little of the picture, else what loses least of it."""
    weight = opacity * (opacity > _SEEN)
    if not weight.any():
        return "white"
    light = np.tensordot(LUMA, colour, 1) / np.maximum(opacity, _SEEN)
    lost = {
        name: float((weight * (np.abs(light - ground) < UNSEEN)).sum() / weight.sum())
        for name, ground in GROUNDS.items()
    }
    return "white" if lost["white"] <= LOST else min(lost, key=lambda name: lost[name])


def stretched(found: Planes) -> tuple[Planes, list[str]]:
    """With its values over the whole range if they use a small part of it, and a sentence."""
    lowest, highest = found.lowest, found.highest
    if lowest == highest:
        return found, ["All its values are the same."]
    unit = highest - lowest
    whole = f"{lowest:g} to {highest:g}"
    known = (lowest, highest) in ((0, 255), (0, 65535))
    low, high = spread(found)
    if not 0 < high - low < (SMALL_PART if highest == 255 else SMALL_PART_DEEP):
        if not known:
            return found, [f"Its values, {whole}, are stretched to 0 to 1."]
        deep = highest > 255 and high > low
        return found, ["It has 16 bits a pixel; all of them are used."] if deep else []
    opaque = np.float32(1) if found.opacity is None else found.opacity
    colour = np.clip((found.colour - np.float32(low) * opaque) / np.float32(high - low), 0, opaque)
    form = ".0f" if known else ".4g"
    used = f"{lowest + low * unit:{form}} to {lowest + high * unit:{form}}"
    words = f"Its values use only {used} of {whole}: they are stretched to the whole range."
    return replace(found, colour=colour), [words]


def spread(found: Planes) -> tuple[float, float]:
    """Between which shares of the range nearly all that is seen lies; 0 and 0 if it is even."""
    if found.opacity is None:
        planes = [plane.ravel() for plane in found.colour]
    else:
        seen = found.opacity > _SEEN
        planes = [plane[seen] / found.opacity[seen] for plane in found.colour]
    if not planes[0].size or all(float(np.ptp(plane)) == 0 for plane in planes):
        return 0.0, 0.0
    values = np.concatenate(planes)
    stray = _OUTLIERS if values.size > _MANY else 0
    low = np.percentile(values, stray, method="higher")
    high = np.percentile(values, 100 - stray, method="lower")
    return float(low), float(high)
