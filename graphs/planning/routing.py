"""Which agents a request is for, by the concepts of its clauses and the names that it mentions.

Each clause asks at most one agent: the one whose rules in `asking.yaml` fit it best. What a clause
only mentions ("users complain, which standard applies?") is the occasion and asks nothing.
"""

import math
from collections.abc import Collection, Sequence
from functools import cache
from typing import NamedTuple, get_args

from domain.records.answer import PlannedTask, Slots
from domain.records.finding import AgentName
from graphs.planning.aspects import aspect_named, default_aspects, gives_way, told_apart
from graphs.planning.concepts import Clause, clauses
from graphs.planning.phrases import rules
from graphs.planning.requests import Request
from graphs.planning.understood import Aspect, Mention

_OUTRIGHT = 3
"""Weight from which a rule asks."""
_BESIDE = 4
"""Weight from which an agent is asked beside another."""
_FEW = 4
"""Words up to which a question without any name may say too little."""
_FEW_LEANING = 5
"""The same for one that points at something unsaid: "what about that one?"."""
_SAMPLING_STANDARDS = ("2859", "3951", "Z1.4")
"""Standards that speak of sampling at a supplier's delivery, not of a market."""
_STATED: frozenset[Aspect] = frozenset({"mention"})
"""What a request says of users where it asks something else."""


class Subject(NamedTuple):
    """What a request asks for."""

    agents: tuple[AgentName, ...]
    """Who is asked, in the order of the hand-over; empty if the words do not say."""
    aspects: tuple[Aspect, ...]
    """What is asked of these agents, in the order asked."""
    bare: bool
    """Whether the words alone say too little: "why?" without what."""
    outright: bool
    """Whether an agent is asked something, and words do not only point to it."""
    concepts: frozenset[str]
    """What it speaks of."""


class _Rule(NamedTuple):
    agent: AgentName
    aspect: Aspect
    concepts: frozenset[str]
    weight: int


class _Fit(NamedTuple):
    """How well a clause fits an agent."""

    agent: AgentName
    weight: int
    total: int
    place: int
    rules: tuple[_Rule, ...]


def subject_of(request: Request, language: str, mentions: Collection[Mention]) -> Subject:
    """Read from the words and names of a request who is asked.

    Args:
        request: the request; what it quotes asks for nothing.
        language: its language, ISO 639-1.
        mentions: names in it.
    """
    said = clauses(request.said, language)
    names = _names(request, mentions)
    best = [fits[0] if (fits := _fits(clause, names)) else None for clause in said]
    asked = [fit for fit in best if fit is not None and fit.weight >= _OUTRIGHT]
    concepts = frozenset(concept for clause in said for concept in clause.concepts)
    if not asked:
        return _hinted(request, said, names)._replace(concepts=concepts)
    kept = _settled(asked)
    agents = _handed_over(kept)
    few = _FEW_LEANING if request.holds("leaning", "unsaid") else _FEW
    said_little = request.words <= few and not request.quotes and not names - {"@period"}
    bare = said_little and all(map(_vague, kept))
    aspects = _aspects(request, agents, kept, _shared_out(said, best, kept))
    return Subject(agents, aspects, bare, outright=True, concepts=concepts)


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
    told = request.words > _FEW and kinds & {"model", "family"}
    return "user_needs" if told or ("symptom" in kinds and len(kinds) > 1) else None


def planned(
    agents: tuple[AgentName, ...], slots: Slots, told: str, *, chained: bool = False
) -> tuple[PlannedTask, ...]:
    """Tasks for these agents, each after those whose findings it needs.

    Args:
        agents: who is asked, in the order of the hand-over.
        slots: names that were recognised.
        told: the same names in words, for the goal.
        chained: whether the words make one step follow on another: "then", "for these".
    """
    ids = {agent: f"t{number}" for number, agent in enumerate(agents, 1)}
    needs = rules("asking")["after"] | (rules("asking")["after_if_chained"] if chained else {})
    return tuple(
        PlannedTask(
            id=ids[agent],
            agent=agent,
            goal=f"{rules('asking')['goals'][agent]}{told}.",
            after=tuple(
                ids[one] for one in needs.get(agent, ()) if one in agents[: agents.index(agent)]
            ),
            slots=slots,
        )
        for agent in agents
    )


def _hinted(request: Request, said: Sequence[Clause], names: frozenset[str]) -> Subject:
    """The agent to which most words and names of a request point, where no clause asks one."""
    together = Clause(
        0, {concept: at for one in reversed(said) for concept, at in one.concepts.items()}
    )
    fits = _fits(together, names, by_name=True)
    things = names - {"@period", "@country", "@region"}
    enough = 1 if things else _OUTRIGHT
    if not fits or fits[0].total < enough:
        return Subject((), (), bare=False, outright=False, concepts=frozenset())
    best = fits[0]
    outright = best.weight >= _OUTRIGHT
    aspects = _aspects(request, (best.agent,), [best], {best.agent: said})
    return Subject((best.agent,), aspects, False, outright, frozenset())


def _names(request: Request, mentions: Collection[Mention]) -> frozenset[str]:
    """Kinds of names as concepts; a sampling standard is a supplier's document."""
    found = {
        f"@{one.kind}"
        for one in mentions
        if one.kind != "standard" or not any(some in one.text for some in _SAMPLING_STANDARDS)
    }
    return frozenset(found | ({"mark"} if request.names_a_mark else set()))


def _fits(clause: Clause, names: frozenset[str], *, by_name: bool = False) -> list[_Fit]:
    """Agents that a clause fits, best first; names alone ask nothing unless it is said."""
    there = names | clause.concepts.keys()
    matched = [
        rule
        for rule in _rules()
        if rule.concepts <= there and (by_name or rule.concepts & clause.concepts.keys())
    ]
    fits = []
    for agent in map(_agent, rules("asking")["telling"]):
        own = tuple(rule for rule in matched if rule.agent == agent)
        if own:
            weight = max(rule.weight for rule in own)
            said = [rule for rule in own if rule.weight == weight]
            places = (clause.concepts.get(c, clause.start) for rule in said for c in rule.concepts)
            fits.append(_Fit(agent, weight, sum(rule.weight for rule in own), min(places), own))
    return sorted(fits, key=lambda fit: (-fit.weight, -fit.total))


def _settled(asked: list[_Fit]) -> list[_Fit]:
    """Leave out agents that a request speaks of without asking them."""
    surest = max(fit.weight for fit in asked)
    kept = [fit for fit in asked if fit.weight >= min(surest, _BESIDE)]
    if {fit.agent for fit in kept} != {"user_needs"}:
        kept = [fit for fit in kept if fit.agent != "user_needs" or _asks_users(fit)]
    if any(fit.agent == "requirement_metrics" for fit in kept):
        # What a user said is the need that is to be measured.
        kept = [fit for fit in kept if {rule.aspect for rule in fit.rules} != {"text"}]
    if surest < _BESIDE:
        kept = kept[:1]
    if "requirement_metrics" in {fit.agent for fit in kept}:
        kept = [fit for fit in kept if not _only_quotes(fit)]
    # The causes and effects of an FMEA stand behind its name, the columns of a list behind it, and
    # behind a lot to sample the pieces to look at; an 8D report names causes and effects too.
    methods = min(_places(kept, "method"), _places(kept, "=reply"))
    lists, lots = _places(kept, "=items"), _places(kept, "=sampling")
    return [
        fit
        for fit in kept
        if (fit.agent != "root_cause" or fit.place < methods)
        and (fit.agent != "requirement_metrics" or fit.place < lists or fit.weight > _BESIDE)
        and (fit.agent != "user_needs" or fit.place < lots)
    ]


def _only_quotes(fit: _Fit) -> bool:
    """Whether users are quoted for a need: "customers say it is slow; how do we measure that?"."""
    return {rule.aspect for rule in fit.rules if rule.weight == fit.weight} == {"text"}


def _places(asked: list[_Fit], concept: str) -> float:
    """The first place at which a concept asks; infinite if it does nowhere."""
    return min(
        (fit.place for fit in asked for rule in fit.rules if concept in rule.concepts),
        default=math.inf,
    )


def _asks_users(fit: _Fit) -> bool:
    """Whether what users report is asked for itself, and is not only the occasion."""
    said = [rule for rule in fit.rules if rule.weight == fit.weight]
    concepts = {concept for rule in fit.rules for concept in rule.concepts}
    return any(rule.aspect not in _STATED for rule in said) and "rising" not in concepts


def _vague(fit: _Fit) -> bool:
    said = frozenset().union(*(rule.concepts for rule in fit.rules if rule.weight >= _OUTRIGHT))
    told = said - {"what", "any"}
    return told <= frozenset(rules("asking")["vague"]) and len(told) == 1


def _shared_out(
    said: Sequence[Clause], best: Sequence[_Fit | None], kept: Collection[_Fit]
) -> dict[AgentName, Sequence[Clause]]:
    """The clauses that are each agent's: all but those that ask another one."""
    asks = [None if fit not in kept or fit is None else fit.agent for fit in best]
    return {
        fit.agent: [
            one for one, agent in zip(said, asks, strict=True) if agent in (None, fit.agent)
        ]
        for fit in kept
    }


def _aspects(
    request: Request,
    agents: Sequence[AgentName],
    asked: list[_Fit],
    own: dict[AgentName, Sequence[Clause]],
) -> tuple[Aspect, ...]:
    found: list[Aspect] = []
    for agent in agents:
        by_rules = _by_rules(agent, asked)
        if agent == "user_needs" and request.quotes:
            by_rules.append("text")
        found += told_apart(agent, own[agent]) or by_rules or default_aspects((agent,))
    return tuple(dict.fromkeys(found))


def _by_rules(agent: AgentName, asked: list[_Fit]) -> list[Aspect]:
    """What the rules that fit an agent say is asked of it."""
    found = [
        aspect
        for fit in sorted(asked, key=lambda one: one.place)
        if fit.agent == agent
        for aspect in _outright(fit)
    ]
    return [aspect for aspect in found if aspect not in _STATED] or found


def _outright(fit: _Fit) -> list[Aspect]:
    """What a clause asks outright, the surest first, but for what is only its occasion."""
    sure = [rule for rule in fit.rules if rule.weight >= min(fit.weight, _OUTRIGHT)]
    told = [rule.aspect for rule in sorted(sure, key=lambda one: -one.weight)]
    return [one for one in told if not gives_way(one, told)]


def _handed_over(asked: list[_Fit]) -> tuple[AgentName, ...]:
    """The order of work; requirements and standards in the order in which they are asked."""
    first = {fit.agent: fit.place for fit in sorted(asked, key=lambda one: -one.place)}
    order = [agent for agent in map(_agent, rules("asking")["order"]) if agent in first]
    one, other = _agent("requirement_metrics"), _agent("standard_match")
    if one in first and other in first and first[other] < first[one]:
        a, b = order.index(one), order.index(other)
        order[a], order[b] = order[b], order[a]
    return tuple(order)


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(_agent(agent), aspect_named(aspect), frozenset(concepts.split()), weight)
        for agent, aspects in rules("asking")["rules"].items()
        for aspect, weights in aspects.items()
        for concepts, weight in weights.items()
    )


def _agent(name: str) -> AgentName:
    return next(agent for agent in get_args(AgentName) if agent == name)
