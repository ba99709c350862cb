"""Talking to everything outside the process."""
