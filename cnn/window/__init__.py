"""One window: where it falls, what it covers, and the numbers under it."""
