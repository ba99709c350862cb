"""Is the right standard found by what it is about, and is none invented?"""
