"""What customers' words say, by rules: symptom, hazard, severity, and whether it happened."""
