"""A layer as a matrix that can be touched."""
