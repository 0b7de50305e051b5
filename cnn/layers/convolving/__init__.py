"""How a convolution is computed fast: several ways, one choice."""
