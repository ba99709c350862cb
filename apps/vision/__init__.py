"""What `andon vision` does, one file for each thing."""
