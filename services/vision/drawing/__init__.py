"""Pictures of parts that do not exist, with flaws that are known to the pixel."""
