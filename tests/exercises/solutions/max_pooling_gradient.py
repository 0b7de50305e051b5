import numpy as np


def max_pool2d_gradient(dy, x, kernel_size, stride):
    dx = np.zeros(x.shape)
    for n, c, r, q in np.ndindex(dy.shape):
        top, left = r * stride, q * stride
        window = x[n, c, top : top + kernel_size, left : left + kernel_size]
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[n, c, top + i, left + j] += dy[n, c, r, q]
    return dx
