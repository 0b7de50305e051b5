"""A convolutional neural network in plain NumPy, written to be read.

One idea a file. To read it as a book:

1. One window: :mod:`cnn.geometry` (integers only), :mod:`cnn.windows`, :mod:`cnn.correlate` (with
   :mod:`cnn.winograd`), :mod:`cnn.padding`, :mod:`cnn.receptive`.
2. Layers: :mod:`cnn.layer`, then :mod:`cnn.conv`, :mod:`cnn.pool`, :mod:`cnn.activations`,
   :mod:`cnn.dense`, :mod:`cnn.norm`, :mod:`cnn.dropout`, with first weights from :mod:`cnn.init`.
   :mod:`cnn.functional` is the public face of all that, with PyTorch's names.
3. Networks: :mod:`cnn.network` on :mod:`cnn.container`, :mod:`cnn.spec` (a network as a table),
   :mod:`cnn.storage`, :mod:`cnn.export`, and the famous ones in :mod:`cnn.architectures`.
4. Learning: :mod:`cnn.losses`, :mod:`cnn.triplet`, :mod:`cnn.optimizers`, :mod:`cnn.schedules`,
   then a run: :mod:`cnn.run`, :mod:`cnn.training`, :mod:`cnn.walk`, :mod:`cnn.diagnose`.
5. Data: :mod:`cnn.datasets`, :mod:`cnn.handwriting`, :mod:`cnn.shapes`, :mod:`cnn.augment`,
   :mod:`cnn.preprocess`, :mod:`cnn.filters`.
6. Looking inside: :mod:`cnn.explain`.

Inside a network arrays are batch last, (C, H, W, N); public functions take (N, C, H, W).
"""
