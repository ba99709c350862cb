"""Cameras as inspectors: verdicts, the health of a station, what its threshold rests on."""
