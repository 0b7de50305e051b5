import numpy as np


def weight_gradient(dy, x, kernel_size):
    k = kernel_size
    dweight = np.zeros((dy.shape[1], x.shape[1], k, k))
    for n, o, r, q in np.ndindex(dy.shape):
        dweight[o] += dy[n, o, r, q] * x[n, :, r : r + k, q : q + k]
    return dweight


def input_gradient(dy, weight):
    k = weight.shape[2]
    dx = np.zeros((len(dy), weight.shape[1], dy.shape[2] + k - 1, dy.shape[3] + k - 1))
    for n, o, r, q in np.ndindex(dy.shape):
        dx[n, :, r : r + k, q : q + k] += dy[n, o, r, q] * weight[o]
    return dx
