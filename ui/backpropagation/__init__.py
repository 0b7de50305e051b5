"""What the lesson on backpropagation shows: one file a scene."""
