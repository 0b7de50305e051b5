"""Components that draw and take input in the browser; each in a folder of its own."""
