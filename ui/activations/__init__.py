"""What the page on activations needs."""
