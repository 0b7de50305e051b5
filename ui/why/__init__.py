"""What the lesson *Why convolution* shows, a scene a file."""
