"""Which agents a request is for, by the phrases that it holds and the names that it mentions."""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple, get_args

from domain.records.answer import PlannedTask, Slots
from domain.records.finding import AgentName
from graphs.planning.phrases import cue, rules
from graphs.planning.requests import Request
from graphs.planning.understood import Aspect, Mention, MentionKind

_SAMPLING_STANDARDS = ("2859", "3951", "Z1.4")
"""Standards that speak of sampling at a supplier's delivery, not of a market."""
_FEW_WORDS = 6
_HINTED: tuple[AgentName, ...] = (
    "supplier_followup",
    "standard_match",
    "requirement_metrics",
    "root_cause",
    "user_needs",
)
"""Agents by how telling their words are: of those with as many, the first is asked."""
_POINTING: dict[MentionKind, AgentName] = {
    "supplier": "supplier_followup",
    "standard": "standard_match",
    "lot": "root_cause",
    "serial": "root_cause",
    "change": "root_cause",
    "site": "root_cause",
    "line": "root_cause",
    "station": "root_cause",
    "characteristic": "root_cause",
    "symptom": "user_needs",
}


class Subject(NamedTuple):
    """What a request asks for."""

    agents: tuple[AgentName, ...]
    """Who is asked, in the order of the hand-over; empty if the words do not say."""
    bare: bool
    """Whether the words alone say too little: "why?" without what."""
    outright: bool
    """Whether an agent's own phrases are said, and not only words that point to it."""
    aspects: tuple[Aspect, ...]
    """What is asked of these agents, in the order asked."""


def subject_of(request: Request, mentions: Collection[Mention]) -> Subject:
    """Read from the phrases of a request who is asked."""
    places = _places(request)
    agents: dict[AgentName, int] = {}
    for agent in _order():
        place = _asked(agent, places, mentions)
        if place is not None:
            agents[agent] = place
    _settle(agents, places, {one.kind for one in mentions})
    outright = bool(agents)
    if not agents or places.keys() == {("user_needs", "mention")}:
        hinted = _hinted(request, mentions)
        agents = {hinted: 0} if hinted else agents
    named = any(one.kind != "period" or list(agents) == ["user_needs"] for one in mentions)
    kinds = {kind for agent in agents for kind in places if kind[0] == agent}
    vague = {
        ("root_cause", "why"),
        ("root_cause", "trace"),
        ("standard_match", "ask"),
        ("requirement_metrics", "ask"),
        ("user_needs", "mention"),
        ("user_needs", "text"),
    }
    few = request.words <= _FEW_WORDS and not request.quotes
    bare = outright and not named and few and kinds <= vague
    order = _handed_over(agents)
    return Subject(order, bare, outright, _aspects(order, places, quotes=request.quotes))


def default_aspects(agents: Collection[AgentName]) -> tuple[Aspect, ...]:
    """What agents are asked where the words do not say it."""
    defaults: dict[AgentName, Aspect] = {"user_needs": "survey", "root_cause": "why"}
    return tuple(dict.fromkeys(defaults.get(agent, "ask") for agent in agents))


def _aspects(
    agents: tuple[AgentName, ...], places: dict[tuple[str, str], int], *, quotes: bool
) -> tuple[Aspect, ...]:
    """What is asked of these agents, in the order in which it is said."""
    found: list[Aspect] = []
    said = sorted(places, key=lambda kind: places[kind])
    for agent in agents:
        own = [_aspect(kind) for name, kind in said if name == agent]
        if agent == "user_needs" and quotes:
            own.append("text")
        found += own or default_aspects((agent,))
    return tuple(dict.fromkeys(found))


def _hinted(request: Request, mentions: Collection[Mention]) -> AgentName | None:
    """The agent that most words point to, where none is asked outright."""
    weights: Counter[AgentName] = Counter()
    for agent in _HINTED:
        weights[agent] = len({hit[0] for hit in cue("hints", agent).finditer(request.said)})
    if request.holds("intents", "user_needs", "mention"):
        weights["user_needs"] += 1
    kinds = {one.kind for one in mentions}
    for kind, agent in _POINTING.items():
        weights[agent] += kind in kinds
    best = max(_HINTED, key=lambda agent: weights[agent])
    named = bool(kinds - {"period"})
    enough = 1 if named or request.words > _FEW_WORDS else 2
    return best if weights[best] >= enough else None


def likely_agent(request: Request, mentions: Collection[Mention]) -> AgentName | None:
    """Who is asked by default where a request only names things."""
    kinds = {one.kind for one in mentions}
    for wanted, agent in (
        ({"supplier"}, "supplier_followup"),
        ({"standard"}, "standard_match"),
        ({"serial", "lot", "change", "characteristic", "line", "station"}, "root_cause"),
    ):
        if kinds & wanted:
            return _agent(agent)
    told = request.words >= _FEW_WORDS and kinds & {"model", "family"}
    return "user_needs" if told or ("symptom" in kinds and len(kinds) > 1) else None


def planned(agents: tuple[AgentName, ...], slots: Slots, told: str) -> tuple[PlannedTask, ...]:
    """Tasks for these agents, each after those whose findings it needs.

    Args:
        agents: who is asked.
        slots: names that were recognised.
        told: the same names in words, for the goal.
    """
    ids = {agent: f"t{number}" for number, agent in enumerate(agents, 1)}
    needs = rules("intents")["after"]
    return tuple(
        PlannedTask(
            id=ids[agent],
            agent=agent,
            goal=f"{rules('intents')['goals'][agent]}{told}.",
            after=tuple(ids[one] for one in needs.get(agent, ()) if one in ids),
            slots=slots,
        )
        for agent in agents
    )


def _places(request: Request) -> dict[tuple[str, str], int]:
    """Where each kind of phrase first stands, by agent and kind."""
    found: dict[tuple[str, str], int] = {}
    for agent in _order():
        for kind in rules("intents")[agent]:
            place = None if kind == "marks" else request.at("intents", agent, kind)
            if place is not None:
                found[agent, kind] = place
    if request.names_a_mark:
        found.setdefault(("standard_match", "marks"), len(request.said))
    return found


def _asked(
    agent: AgentName, places: dict[tuple[str, str], int], mentions: Collection[Mention]
) -> int | None:
    """Where an agent is first asked something."""
    own = [place for (name, _), place in places.items() if name == agent]
    if agent == "standard_match":
        own += [
            one.start
            for one in mentions
            if one.kind == "standard" and not any(s in one.text for s in _SAMPLING_STANDARDS)
        ]
    return min(own, default=None)


def _settle(
    agents: dict[AgentName, int], places: dict[tuple[str, str], int], kinds: set[str]
) -> None:
    """Leave out agents that a request speaks of without asking them."""
    causes = {kind for agent, kind in places if agent == "root_cause"}
    if causes == {"effect"} and "supplier" in kinds and not kinds & {"change", "symptom", "model"}:
        # "Has S-0106 improved?" asks after the supplier, not after a change of ours.
        agents["supplier_followup"] = agents.pop("root_cause")
    if ("requirement_metrics", "method") in places:
        agents.pop("root_cause", None)
    others = set(agents) - {"user_needs"}
    if "user_needs" in agents and others and not _asks_users(agents, places):
        del agents["user_needs"]
    standards = {kind for agent, kind in places if agent == "standard_match"}
    only_named = "standard_match" in agents and "ask" not in standards
    if only_named and set(agents) & {"supplier_followup", "requirement_metrics"}:
        del agents["standard_match"]


def _asks_users(agents: dict[AgentName, int], places: dict[tuple[str, str], int]) -> bool:
    """Whether what users report is asked for itself, and is not only the occasion."""
    if ("user_needs", "survey") in places:
        return True
    rate = places.get(("user_needs", "measure"))
    return rate is not None and rate < agents.get("root_cause", rate + 1)


def _handed_over(agents: dict[AgentName, int]) -> tuple[AgentName, ...]:
    """The order of work; requirements and standards in the order in which they are asked."""
    order = [agent for agent in _order() if agent in agents]
    first, second = _agent("requirement_metrics"), _agent("standard_match")
    if first in agents and second in agents and agents[second] < agents[first]:
        one, other = order.index(first), order.index(second)
        order[one], order[other] = order[other], order[one]
    return tuple(order)


def _order() -> tuple[AgentName, ...]:
    return tuple(_agent(name) for name in rules("intents")["order"])


def _aspect(name: str) -> Aspect:
    return next(aspect for aspect in get_args(Aspect) if aspect == name)


def _agent(name: str) -> AgentName:
    return next(agent for agent in get_args(AgentName) if agent == name)
