"""The standards library: which rules apply to a product, and what they ask of its tests."""
