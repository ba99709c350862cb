"""A camera station that is told of: its scores, golden samples, signals and pictures."""
