import numpy as np


def zero_pad(x, padding):
    n, c, height, width = x.shape
    y = np.zeros((n, c, height + 2 * padding, width + 2 * padding))
    y[:, :, padding : padding + height, padding : padding + width] = x
    return y


def output_size(n, kernel_size, stride, padding):
    return (n + 2 * padding - kernel_size) // stride + 1


def conv2d(x, weight, stride, padding):
    k = weight.shape[2]
    rows, columns = (output_size(n, k, stride, padding) for n in x.shape[2:])
    padded = zero_pad(x, padding)
    y = np.zeros((len(x), len(weight), rows, columns))
    for n, o, r, q in np.ndindex(y.shape):
        top, left = r * stride, q * stride
        y[n, o, r, q] = (padded[n, :, top : top + k, left : left + k] * weight[o]).sum()
    return y
