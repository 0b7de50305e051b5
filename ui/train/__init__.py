"""The training page: data, builder, theatre, what was learned, comparing runs."""
