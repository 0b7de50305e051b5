"""What the lesson on dense layers needs."""
