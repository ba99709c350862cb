"""What was built, from what, where, and how well."""
