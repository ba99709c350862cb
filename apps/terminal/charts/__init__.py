"""Charts as a few lines of text."""
