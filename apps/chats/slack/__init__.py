"""Slack: mentions, direct messages, commands, buttons and the home page of the app."""
