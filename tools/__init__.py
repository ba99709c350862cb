"""What may be looked up: one typed function a file."""
