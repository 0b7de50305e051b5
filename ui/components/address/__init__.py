"""Keeps the address bar in step with the page's settings."""
