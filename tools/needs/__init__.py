"""What users report, and how often."""
