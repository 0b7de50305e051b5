"""Learning: losses, optimizers, schedules, and a run that is a plain state."""
