"""A matrix as people write it: read from any of their forms, and written in them.

Read :mod:`~ui.matrix.cells` (one number), :mod:`~ui.matrix.rows` (rows and cells of one block),
:mod:`~ui.matrix.dress` (what LaTeX, NumPy and MATLAB put around the numbers),
:mod:`~ui.matrix.brackets` (blocks within blocks), then :mod:`~ui.matrix.reading`, which is all of
it together. :mod:`~ui.matrix.writing` goes the other way. None of these knows Streamlit.
"""
