"""Tours: a few steps through the lessons, written as text files, led from a bar at the foot."""
