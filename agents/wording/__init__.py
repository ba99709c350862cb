"""Claims in the reader's language: phrases and words from data, figures in the reader's format."""
