"""A convolutional neural network in plain NumPy, written to be read.

Start with :mod:`cnn.geometry` (integers only), then :mod:`cnn.windows`, :mod:`cnn.conv`,
:mod:`cnn.network`. :mod:`cnn.functional` is the public face with PyTorch's names.
"""
