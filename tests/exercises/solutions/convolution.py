import numpy as np


def conv2d(x, weight, bias):
    outputs, _, kh, kw = weight.shape
    y = np.zeros((len(x), outputs, x.shape[2] - kh + 1, x.shape[3] - kw + 1))
    for n, o, r, q in np.ndindex(y.shape):
        y[n, o, r, q] = (x[n, :, r : r + kh, q : q + kw] * weight[o]).sum() + bias[o]
    return y
