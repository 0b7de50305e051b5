"""A text to copy."""
