"""Curves that grow while one looks."""
