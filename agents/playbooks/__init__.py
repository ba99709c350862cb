"""Playbooks: the looks that a good engineer would take first, agent by agent."""
