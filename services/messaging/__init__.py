"""The one way out of the system for messages."""
