"""A picture whose content is pushed about."""
