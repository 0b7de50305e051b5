"""What the lesson on filters is made of: where pictures and kernels come from, what is shown."""
