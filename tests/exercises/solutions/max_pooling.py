import numpy as np


def max_pool2d(x, kernel_size, stride):
    rows, columns = ((n - kernel_size) // stride + 1 for n in x.shape[2:])
    y = np.zeros((*x.shape[:2], rows, columns))
    for n, c, r, q in np.ndindex(y.shape):
        top, left = r * stride, q * stride
        y[n, c, r, q] = x[n, c, top : top + kernel_size, left : left + kernel_size].max()
    return y
