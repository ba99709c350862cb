"""The specialists: what each may do and is expected to report."""
