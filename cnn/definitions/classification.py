"""Softmax, cross-entropy and its gradient, as loops."""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array


def softmax(z: Array) -> Array:
    """p[n, k] = e^{z[n, k]} / Σ_j e^{z[n, j]}: positive numbers that add up to 1, (N, K).

    Numerator and denominator may be multiplied by e^{−m}; with m the largest score no power is
    larger than 1, and nothing overflows.

    Args:
        z: (N, K) scores, also called logits.
    """
    p = np.zeros(z.shape)
    for n in range(len(z)):
        m = max(z[n])
        total = sum(math.exp(score - m) for score in z[n])
        for k in range(z.shape[1]):
            p[n, k] = math.exp(z[n, k] - m) / total
    return p


def cross_entropy(z: Array, target: Array) -> float:
    """L = −1/N · Σ_n log p[n, t[n]]: how surprised the network is by the right class.

    Args:
        z: (N, K) scores.
        target: (N,) class numbers t.
    """
    p = softmax(z)
    return -sum(math.log(p[n, t]) for n, t in enumerate(target)) / len(z)


def cross_entropy_gradient(z: Array, target: Array) -> Array:
    """∂L/∂z[n, k] = (p[n, k] − 1{k = t[n]}) / N: softmax minus target, (N, K).

    −log p_t = −z_t + log Σ_j e^{z_j}. The first term has gradient −1 at t and 0 elsewhere; the
    second has e^{z_k} / Σ_j e^{z_j} = p_k.
    """
    dz = softmax(z)
    for n, t in enumerate(target):
        dz[n, t] -= 1
    return dz / len(z)
