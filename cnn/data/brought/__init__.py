"""Data that somebody brings in files: read with care, whatever they are.

Read in this order: :mod:`limits` (what is read at most), :mod:`files` (bytes, bounded),
:mod:`found` (what every reader gives), the readers, one form of file each (:mod:`table` for CSV,
:mod:`arrays` for ``.npz``, :mod:`idx_pair` for MNIST's IDX, :mod:`pictures` for folders of pictures
in a zip), :mod:`reading` (which reader), :mod:`guesses` (how it is probably meant) and :mod:`meant`
(what is trained on).
"""
