"""Taking foreign files into the hub: read, map, check, protect, commit."""
