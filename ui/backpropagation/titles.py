"""What each number of the running example is called, by its name in both passes."""

from __future__ import annotations

TITLES = {
    "x": "X",
    "f": "f",
    "z1": "Z₁",
    "a1": "A₁",
    "flat": "a",
    "w": "W",
    "b": "b",
    "z2": "Z₂",
    "o": "O",
    "y": "y",
    "e": "E",
    "s1": "∂A₁/∂Z₁",
    "s2": "∂O/∂Z₂",
    "do": "∂E/∂O",
    "dz2": "∂E/∂Z₂",
    "db": "∂E/∂b",
    "dw": "∂E/∂W",
    "dflat": "∂E/∂a",
    "da1": "∂E/∂A₁",
    "dz1": "∂E/∂Z₁",
    "df": "∂E/∂f",
    "dx": "∂E/∂X",
}
