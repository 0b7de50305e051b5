"""A map of samples as dots in a plane, and where one that changes lies among them."""
