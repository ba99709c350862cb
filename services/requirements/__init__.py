"""What a requirement's words say: limits with operator, value and unit, and of what kind it is."""
