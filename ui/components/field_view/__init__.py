"""The part of a picture that a cell sees, layer by layer."""
