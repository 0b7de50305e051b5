"""What the lesson on pooling needs."""
