"""The blocks of a network, to edit."""
