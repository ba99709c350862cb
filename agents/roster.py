"""The agents that work; one that is not here is planned by the rules and answered "not yet"."""

from agents.agent import Agent
from agents.requirement_metrics import REQUIREMENT_METRICS
from agents.root_cause import ROOT_CAUSE
from agents.standard_match import STANDARD_MATCH
from agents.supplier_followup import SUPPLIER_FOLLOWUP
from agents.user_needs import USER_NEEDS
from domain.records.finding import AgentName

AGENTS: dict[AgentName, Agent] = {
    one.name: one
    for one in (USER_NEEDS, ROOT_CAUSE, REQUIREMENT_METRICS, STANDARD_MATCH, SUPPLIER_FOLLOWUP)
}
"""Every agent by name."""
