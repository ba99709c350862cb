"""A seeded maker of factories and markets with planted truth, in the exchange format."""

from services.hub.simulate.plan import Plan
from services.hub.simulate.run import simulate
from services.hub.simulate.truth import Truth
from services.hub.simulate.worlds import WORLDS

__all__ = ["WORLDS", "Plan", "Truth", "simulate"]
