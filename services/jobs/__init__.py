"""Work that is done later, elsewhere, at least once."""
