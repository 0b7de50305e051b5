"""A picture and what a kernel makes of it, under one linked magnifier."""
