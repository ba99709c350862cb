"""Records that cross layers: pure contracts, behaviour lives on the layer that owns it."""
