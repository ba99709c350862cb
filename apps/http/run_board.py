"""Runs at work and just ended, for many readers; the request log remembers the others."""


class RunBoard:
    pass
