"""Layers: forward and backward, one kind a file."""
