"""Whether requests reach the right agents, are asked back, or are refused as they should be."""
