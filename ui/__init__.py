"""What the pages share: components, figures, the lesson frame, link state."""
