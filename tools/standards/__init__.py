"""Which rules apply to a product in a market on a day, and what follows for its tests."""
