"""What the page on padding and stride needs."""
