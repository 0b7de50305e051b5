"""Batch norm over the samples, group norm within each, and their gradients, as loops."""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array


def batch_norm(x: Array, weight: Array, bias: Array, eps: float = 1e-5) -> Array:
    """y = γ_c · x̂ + β_c with x̂ = (x − μ_c) / √(σ²_c + ε), as in training.

    μ_c and σ²_c are mean and variance (divided by M) of the M = N·H·W numbers of channel c.
    Ioffe and Szegedy, "Batch Normalization" (2015).

    Args:
        x: (N, C, H, W).
        weight: γ, (C,).
        bias: β, (C,).
        eps: ε, keeps the root away from 0.
    """
    y = np.zeros(x.shape)
    for c in range(x.shape[1]):
        normalised, _ = standardised(x[:, c], eps)
        y[:, c] = weight[c] * normalised + bias[c]
    return y


def standardised(x: Array, eps: float) -> tuple[Array, float]:
    """((x − μ) / σ, σ) of any array, with μ its mean and σ = √(variance + ε)."""
    mean = x.sum() / x.size
    variance = ((x - mean) ** 2).sum() / x.size
    sigma = math.sqrt(variance + eps)
    return (x - mean) / sigma, sigma


def batch_norm_gradient(
    dy: Array, x: Array, weight: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """(∂L/∂x, ∂L/∂γ, ∂L/∂β) of :func:`batch_norm`.

    ∂L/∂γ_c = Σ ∂L/∂y · x̂,   ∂L/∂β_c = Σ ∂L/∂y,   and with means over the M numbers of a channel

    ∂L/∂x = γ_c / σ_c · (∂L/∂y − mean(∂L/∂y) − x̂ · mean(∂L/∂y · x̂))

    Moving one x moves μ and σ too, and with them all M outputs. The mean has ∂μ/∂x = 1/M, which
    takes the mean of the gradients away; σ has ∂σ/∂x = x̂/M, which takes away their part along x̂.
    What is left cannot change mean or variance: those are fixed by the normalisation anyway.
    """
    dx, dweight, dbias = np.zeros(x.shape), np.zeros(len(weight)), np.zeros(len(weight))
    for c in range(x.shape[1]):
        normalised, sigma = standardised(x[:, c], eps)
        g = dy[:, c]
        dweight[c], dbias[c] = (g * normalised).sum(), g.sum()
        along = normalised * dweight[c] / g.size
        dx[:, c] = weight[c] / sigma * (g - dbias[c] / g.size - along)
    return dx, dweight, dbias


def group_norm(x: Array, num_groups: int, weight: Array, bias: Array, eps: float = 1e-5) -> Array:
    """y = γ_c · x̂ + β_c with x̂ = (x − μ) / √(σ² + ε), μ and σ² of one group of one sample.

    The C channels fall into ``num_groups`` groups of neighbours. With a group for each channel this
    is instance norm; with a single group it is layer norm over (C, H, W), but that layer norm has a
    γ and β for each number. Wu and He, "Group Normalization" (2018).

    Args:
        x: (N, C, H, W).
        num_groups: Divides C.
        weight: γ, (C,).
        bias: β, (C,).
        eps: ε, keeps the root away from 0.
    """
    y = np.zeros(x.shape)
    for n, channels in groups_of(x, num_groups):
        normalised, _ = standardised(x[n, channels], eps)
        y[n, channels] = normalised
    for c in range(x.shape[1]):
        y[:, c] = weight[c] * y[:, c] + bias[c]
    return y


def groups_of(x: Array, num_groups: int) -> list[tuple[int, slice]]:
    """Every group of every sample: its sample and its channels."""
    size = x.shape[1] // num_groups
    return [(n, slice(g * size, (g + 1) * size)) for n, g in np.ndindex(len(x), num_groups)]


def group_norm_gradient(
    dy: Array, x: Array, num_groups: int, weight: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """(∂L/∂x, ∂L/∂γ, ∂L/∂β) of :func:`group_norm`.

    As :func:`batch_norm_gradient`, with means over a group of a sample in place of a channel of the
    batch. γ differs within a group, so it is multiplied first: with g = γ · ∂L/∂y

    ∂L/∂x = 1/σ · (g − mean(g) − x̂ · mean(g · x̂))
    """
    dx, dweight, dbias = np.zeros(x.shape), np.zeros(len(weight)), np.zeros(len(weight))
    for n, channels in groups_of(x, num_groups):
        normalised, sigma = standardised(x[n, channels], eps)
        g = weight[channels, None, None] * dy[n, channels]
        dx[n, channels] = (g - g.mean() - normalised * (g * normalised).mean()) / sigma
        dweight[channels] += (dy[n, channels] * normalised).sum(axis=(1, 2))
        dbias[channels] += dy[n, channels].sum(axis=(1, 2))
    return dx, dweight, dbias
