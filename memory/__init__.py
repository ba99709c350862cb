"""What outlives a question."""
