"""An exercise opened on the lesson whose stage shows it: the lesson's settings."""

from __future__ import annotations

from ui.exercise.exercise import Exercise
from ui.matrix.own_matrix import OWN, text
from ui.matrix.reading import KERNEL


def settings(exercise: Exercise) -> tuple[str, dict[str, object]]:
    """(slug, settings) for :func:`ui.link.go`."""
    window = exercise.setting.window
    (sh, sw), (dh, dw) = window.stride, window.dilation
    top, left = window.padding[0], window.padding[2]
    if exercise.weight is None:
        kh, kw = window.kernel
        apart = (kh, sh, top) != (kw, sw, left)
        found: dict[str, object] = {"po_in": OWN, "po_own": text(exercise.x), "po_hw": apart}
        found |= {"po_kind": exercise.setting.kind, "po_k": kh, "po_s": sh, "po_p": top}
        return "pooling", found | {"po_kw": kw, "po_sw": sw, "po_pw": left}
    apart = (sh, top, dh) != (sw, left, dw)
    found = {"cv_in": OWN, "cv_own": text(exercise.x), "cv_hw": apart, "cv_b": exercise.bias}
    found |= {"cv_k": OWN, "cv_kown": text(exercise.weight, KERNEL)}
    found |= {"cv_act": exercise.setting.activation or "none", "cv_mine": True}
    found |= {"cv_s": sh, "cv_p": top, "cv_d": dh}
    return "convolution", found | {"cv_sw": sw, "cv_pw": left, "cv_dw": dw}
