"""Why is a symptom raised: screening, comparison and verification of causes."""
