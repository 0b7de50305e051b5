"""The button that copies the link to what is on screen."""
