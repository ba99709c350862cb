"""From a sentence in one of nine languages to a plan, by rules alone.

Rules plan every request, so that a run needs no model to begin; what a model may later change is
checked against the same names.
"""
