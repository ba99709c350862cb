"""The HTTP face: the same runs, cases and proposals for browsers and for programs."""
