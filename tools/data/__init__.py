"""What the hub holds and how good it is."""
