"""Many small maps side by side."""
