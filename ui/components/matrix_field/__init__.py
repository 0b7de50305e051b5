"""A matrix to type cell by cell, or to paste whole."""
