"""Things as bubbles over two axes."""
