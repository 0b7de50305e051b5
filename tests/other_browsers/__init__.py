"""A short run of each lesson in Firefox and WebKit; ``make browsers``. No part of `make test`."""
