"""Join a class: a code, and the student is in it."""

from ui import lesson
from ui.room import enter, me, wall

lesson.open("join")
seat = me.student()
if seat is None:
    enter.form()
else:
    enter.welcome(seat)
    wall.shown(seat)
lesson.text(
    """
Nobody asks who you are. Your device gets a seat, and your teacher sees numbers: how many are here,
and what was answered. You hand in only what you press a button for, and all of it is deleted when
the class ends, after twelve hours at the latest.
"""
)
lesson.close()
