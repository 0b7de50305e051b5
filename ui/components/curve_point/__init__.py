"""A curve with a point to drag along it."""
