"""An exercise as it stands on paper: its answer, its working, its slips, and sheets of them.

Read :mod:`~ui.exercise.exercise` (what one is), :mod:`~ui.exercise.slips` (what goes wrong),
:mod:`~ui.exercise.working` and :mod:`~ui.exercise.programs` (the answer written down). What of it
stands on a page is :mod:`~ui.exercise.check` and :mod:`~ui.exercise.copying`. All numbers come from
``cnn``.
"""
