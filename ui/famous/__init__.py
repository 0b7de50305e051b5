"""What the lesson *Famous networks* shows, a scene a file."""
