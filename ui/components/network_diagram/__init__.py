"""A network drawn from its table, and the table beside it."""
