"""What this browser tab remembers for the server."""
