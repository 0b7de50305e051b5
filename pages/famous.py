"""Lesson: famous networks: where the weights are, where the time goes, what one cell sees."""

from ui import lesson, link
from ui.famous import bars, cell, ideas, run, sees, side, spend, walk

SCENES = {
    "side": ("Side by side", side.show),
    "walk": ("Walk through", walk.show),
    "bars": ("Weights and work", bars.show),
    "cell": ("What one cell sees", cell.show),
    "ideas": ("One idea each", ideas.show),
    "run": ("Run it", run.show),
    "sees": ("What does it see?", sees.show),
    "spend": ("Spend 10 M", spend.show),
}
VIEWS = {name: title for name, (title, _) in SCENES.items()}

lesson.open("famous")
view = link.choice("Scene", "fn_view", VIEWS, "side", kind="pills", label_visibility="collapsed")
SCENES[view][1]()
lesson.close()
