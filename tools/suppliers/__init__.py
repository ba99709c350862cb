"""Tools of supplier follow-up: clocks, letters, the reading of 8D reports, what a band means."""
