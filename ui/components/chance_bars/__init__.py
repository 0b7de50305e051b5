"""The likeliest classes as bars, each a button."""
