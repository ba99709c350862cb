"""What each region and site is told after a run, in its language."""
