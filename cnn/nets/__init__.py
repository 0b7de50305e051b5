"""Networks: layers put together, written as tables, kept in files."""
