"""Lesson: why convolution: what sharing weights saves, what it assumes, and where it fails."""

from ui import lesson, link
from ui.why import count, equivariance, invariance, neighbours, steps, uses, wrong_tool

SCENES = {
    "count": ("Count", count.show),
    "steps": ("From dense to convolution", steps.show),
    "near": ("Neighbours are alike", neighbours.show),
    "along": ("Equivariance", equivariance.show),
    "stay": ("Invariance", invariance.show),
    "wrong": ("The wrong tool", wrong_tool.show),
    "uses": ("Beyond digits", uses.show),
}
VIEWS = {name: title for name, (title, _) in SCENES.items()}

lesson.open("why")
view = link.choice("Scene", "wy_view", VIEWS, "count", kind="pills", label_visibility="collapsed")
SCENES[view][1]()
lesson.close()
