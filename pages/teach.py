"""Teach: start a class, show its code, end it."""

from ui import lesson
from ui.room import board, grid, lead
from ui.tours import desk

lesson.open("teach")
lead.take_key()
leader = lead.leading()
if leader is None:
    lead.begin()
else:
    board.invitation(leader)
    lead.overview(leader)
    grid.drawn(leader)
    lead.votes_taken(leader)
    board.own_link()
    lead.finish(leader)
desk.show()
lesson.text(
    """
A class has no accounts and no names. Students are counted by device; what they hand in are numbers,
chosen options, and drawings of 28×28 pixels. It stays on this machine, and everything is deleted
when you end the class, or after twelve hours.
"""
)
lesson.close()
