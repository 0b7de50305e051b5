"""Runs training slices beside the pages."""
