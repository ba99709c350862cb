"""What is asked of an agent, once it is known who is asked: the edition, or the mark, or both.

The words for it stand in `aspects.yaml`; `concepts.py` finds them clause by clause as concepts such
as `=edition`, so that they may also help to tell who is asked.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import get_args

from domain.records.finding import AgentName
from graphs.planning.concepts import ASKED, Clause
from graphs.planning.phrases import rules
from graphs.planning.understood import Aspect


def told_apart(agent: AgentName, said: Iterable[Clause]) -> tuple[Aspect, ...]:
    """What clauses ask of an agent, in the order asked; empty if their words do not say.

    Args:
        agent: who is asked.
        said: the clauses that are its own.
    """
    found: dict[Aspect, int] = {}
    for clause in said:
        there = {a: clause.concepts[f"{ASKED}{a}"] for a in _told(agent) if _in(clause, a)}
        for aspect, place in there.items():
            if not gives_way(aspect, there):
                found.setdefault(aspect, place)
    return tuple(sorted(found, key=lambda aspect: found[aspect]))


def gives_way(aspect: Aspect, there: Collection[Aspect]) -> bool:
    """Whether an aspect is only the occasion for another one that the same clause asks for."""
    return not set(rules("aspects")["gives_way"].get(aspect, ())).isdisjoint(there)


def asked_on(
    agents: Iterable[AgentName], said: Sequence[Clause], before: tuple[Aspect, ...]
) -> tuple[Aspect, ...]:
    """What a turn that names no agent asks of those of the turn before; as there if it is unsaid.

    Args:
        agents: who was asked.
        said: the clauses of this turn.
        before: what was asked of them.
    """
    return tuple(aspect for agent in agents for aspect in told_apart(agent, said)) or before


def default_aspects(agents: Iterable[AgentName]) -> tuple[Aspect, ...]:
    """What agents are asked where the words do not say it."""
    return tuple(dict.fromkeys(aspect_named(rules("aspects")["default"][one]) for one in agents))


def own_aspects(agent: AgentName, aspects: Collection[Aspect]) -> tuple[Aspect, ...]:
    """Which of the aspects of a request are this agent's; its default if none is."""
    may = {*rules("asking")["rules"][agent], *_told(agent)}
    return tuple(one for one in aspects if one in may) or default_aspects((agent,))


def aspect_named(name: str) -> Aspect:
    """The aspect that a rule file names.

    Raises:
        StopIteration: there is none of that name, and the rule file is wrong.
    """
    return next(aspect for aspect in get_args(Aspect) if aspect == name)


def _in(clause: Clause, aspect: Aspect) -> bool:
    return f"{ASKED}{aspect}" in clause.concepts


@cache
def _told(agent: AgentName) -> tuple[Aspect, ...]:
    return tuple(map(aspect_named, rules("aspects").get(agent, ())))
