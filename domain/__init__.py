"""The words and the arithmetic of quality; no input or output."""
