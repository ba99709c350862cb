"""Does the factory watch see what moves, and only that?"""
