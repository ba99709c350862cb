"""What good parts look like, learnt from pictures of good parts alone."""
