"""The window stage: an input, a window over it, a kernel, an output, and the sum between them."""
