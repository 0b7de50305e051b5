"""Looking inside: sums, receptive fields, and why a network says what it says.

Layers compute fast and keep plain references; what a page shows of their inside is worked out here
on demand, from the same numbers, and tests hold it equal to the fast path. Nothing here changes the
network that is looked at: every function asks a copy of its own that
shares the parameters.
"""

from cnn.explain.adversarial import Fooling, fool, random_change
from cnn.explain.ascent import Growth, grow
from cnn.explain.attribution import (
    Attribution,
    GradCam,
    Occlusion,
    grad_cam,
    input_gradient,
    input_gradients,
    integrated_gradients,
    occlusion,
    resample,
    unit_gradient,
)
from cnn.explain.cell import Contribution, WindowSum
from cnn.explain.components import PrincipalComponents, principal_components
from cnn.explain.copies import both_ways, evaluation_copy
from cnn.explain.differences import central_difference
from cnn.explain.exciting import Patch, cut_out, field_box, most_exciting
from cnn.explain.maps import MapSums, map_sums, partial_sums
from cnn.explain.neighbours import nearest_neighbours, same_class_share
from cnn.explain.outputs import layer_outputs
from cnn.explain.path import UnitField, centres, path_to, unit_field
from cnn.explain.progress import Passed, watch
from cnn.explain.snapshot import LayerView, Snapshot, both_scores, snapshot
from cnn.explain.sums import window_sum

__all__ = [
    "Attribution",
    "Contribution",
    "Fooling",
    "GradCam",
    "Growth",
    "LayerView",
    "MapSums",
    "Occlusion",
    "Passed",
    "Patch",
    "PrincipalComponents",
    "Snapshot",
    "UnitField",
    "WindowSum",
    "both_scores",
    "both_ways",
    "central_difference",
    "centres",
    "cut_out",
    "evaluation_copy",
    "field_box",
    "fool",
    "grad_cam",
    "grow",
    "input_gradient",
    "input_gradients",
    "integrated_gradients",
    "layer_outputs",
    "map_sums",
    "most_exciting",
    "nearest_neighbours",
    "occlusion",
    "partial_sums",
    "path_to",
    "principal_components",
    "random_change",
    "resample",
    "same_class_share",
    "snapshot",
    "unit_field",
    "unit_gradient",
    "watch",
    "window_sum",
]
