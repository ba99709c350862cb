"""Whether it answers well."""
