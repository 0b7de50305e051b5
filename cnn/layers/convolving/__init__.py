"""How a convolution is computed fast: several ways, one choice.

Read :mod:`~cnn.layers.convolving.plain` first: line the windows up as columns, one matrix product.
The others give the same numbers sooner for some shapes, and can all be skipped:
``pointwise`` saves the copy where a window is one cell, ``by_rows`` most of the copy, ``winograd``
three quarters of the multiplications of 3×3 kernels, ``depthwise`` and ``shifted`` the thin
products of channels that each have a filter of their own, on small maps and on large ones.
``choose`` says which one is taken when, and ``correlate`` is
the face that the layers see. ``first_product`` is a stumbling block of the library below, removed.
"""
