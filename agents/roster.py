"""The agents that work; one that is not here is planned by the rules and answered "not yet"."""

from agents.agent import Agent
from agents.root_cause import ROOT_CAUSE
from agents.user_needs import USER_NEEDS
from domain.records.finding import AgentName

AGENTS: dict[AgentName, Agent] = {one.name: one for one in (USER_NEEDS, ROOT_CAUSE)}
"""Every agent by name."""
