"""What the page "Draw a digit" is made of: one file for each of its parts."""
