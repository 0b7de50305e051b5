"""An editable kernel on its own."""
