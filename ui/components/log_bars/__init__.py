"""Counts as bars on a logarithmic scale."""
