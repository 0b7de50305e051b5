"""The drawing pad: a square of paper whose ink reaches Python while the pen moves."""
