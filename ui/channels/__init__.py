"""What the lesson on channels needs."""
