"""Lesson: backpropagation: the chain rule of a small convolutional network, every number alive."""

from ui import lesson, link
from ui.backpropagation import convolutions, dying, graph, one_step, real, switches, trust

SCENES = {
    "graph": ("1 The graph", graph.show),
    "conv": ("2 Backward is a convolution", convolutions.show),
    "switch": ("3 Switches", switches.show),
    "trust": ("4 Trust it", trust.show),
    "step": ("5 One step", one_step.show),
    "dead": ("6 Where it dies", dying.show),
    "real": ("7 The real one", real.show),
}
VIEWS = {name: title for name, (title, _) in SCENES.items()}

lesson.open("backpropagation")
view = link.choice("Scene", "bp_view", VIEWS, "graph", kind="pills", label_visibility="collapsed")
SCENES[view][1]()
lesson.close()
