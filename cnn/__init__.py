"""A convolutional neural network in plain NumPy, written to be read.

One idea a file, one chapter a folder; each chapter can be read from those above it. Begin with
:mod:`cnn.definitions`: every operation and its gradient as plain loops under its equation. Then

1. :mod:`cnn.window`: ``geometry`` (integers only), ``gather``, ``padding``, ``receptive_field``,
   and the ``named_kernels`` that people slide over pictures.
2. :mod:`cnn.layers`: ``layer``, then ``convolution`` (computed in ``convolving``), ``pooling``,
   ``activations``, ``dense``, ``normalisation``, ``dropout``, with first weights from
   ``initialisation``. :mod:`cnn.functional` is the public face, with PyTorch's names.
3. :mod:`cnn.nets`: ``network`` on ``container``, ``spec`` (a network as a table), ``storage``,
   ``export``, and the famous ones in :mod:`cnn.architectures`.
4. :mod:`cnn.data`: ``datasets``, ``handwriting``, ``shapes``, ``augment``, ``preprocess``.
5. :mod:`cnn.learn`: ``losses``, ``triplet``, ``optimizers``, ``schedules``, then a run: ``state``,
   ``training``, ``one_step``, ``diagnosis``.
6. :mod:`cnn.explain`: looking inside.

Inside a network arrays are batch last, (C, H, W, N); public functions take (N, C, H, W).
"""
