"""From what users need to what is measured: metrics, their weights, limits and risks."""
