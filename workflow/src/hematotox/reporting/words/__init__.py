"""Words and numbers as they are printed."""
