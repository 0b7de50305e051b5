"""Data: labelled images, digits from pen strokes, files, and their preparation."""
