"""What this browser remembers of the class, for all its tabs."""
