"""Lesson: backpropagation: the chain rule of a small convolutional network, every number alive."""

from ui import lesson, link
from ui.backpropagation.scenes import SCENES

TITLES = {name: title for name, (title, _) in SCENES.items()}

lesson.open("backpropagation")
scene = link.choice("Scene", "bp_view", TITLES, "graph", kind="pills", label_visibility="collapsed")
_, show = SCENES[scene]
show()
lesson.close()
