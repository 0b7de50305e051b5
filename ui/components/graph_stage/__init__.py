"""A small network as nodes in a row, with every number of both passes."""
