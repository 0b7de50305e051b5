"""Pictures that change from frame to frame, played, stepped through and scrubbed in the browser."""
