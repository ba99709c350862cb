"""Does the screening name the planted cause, and none where none is?"""
