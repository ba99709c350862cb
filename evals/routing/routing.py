"""Are requests routed right? Rules against gold sets in nine languages, over a simulated plant."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import yaml

from domain.records.policy import DATA_CLASSES, Scope
from evals.figure import Figure, share
from graphs.planning.understanding import understand
from graphs.planning.understood import Understood
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.hub.snapshot import Snapshot
from services.policy.vault import Vault

GOLD = Path(__file__).parent / "gold"
SETS = (
    "requests",
    "requests_more",
    "requests_late",
    "requests_late_2",
    "requests_late_3",
    "requests_aspects",
    "requests_spoken",
    "requests_written",
    "requests_fresh_4",
    "requests_fresh_5",
    "requests_vision",
)
"""Gold sets; each says whether the rules were built on it or have only been looked at with it."""
_USES = {"building": "built on", "once": "looked at once"}
AGENTS_RIGHT = 0.95
DECISIONS_RIGHT = 0.90
_UNITS = 400
_EVERYTHING = Scope(regions=("*",), suppliers=("*",), classes=DATA_CLASSES)


class Verdict(NamedTuple):
    """One request against what is expected."""

    case_id: str
    """The request."""
    agents: bool
    """The plan is one of those that are acceptable."""
    decision: bool
    """Answered, asked back or refused as it should be."""
    held_back: bool
    """Whether it should not be answered."""
    aspects: bool | None
    """What is asked of the agents was read right; none if that is not expected."""
    slots: bool | None
    """All expected names and days were recognised; none if none are expected."""


def figures() -> list[Figure]:
    """Shares of requests that were understood, of each set, with exact 95 % intervals.

    A set on which the rules were built says that they still hold; how they generalise is said by a
    set that was looked at once, or by what was counted at the first look at a set.
    """
    with _plant() as snapshot:
        return [figure for name in SETS for figure in _of_set(name, snapshot)]


def judged(path: Path, snapshot: Snapshot | None) -> list[Verdict]:
    """Every request of a set against what is expected of it."""
    gold = yaml.safe_load(path.read_text(encoding="utf-8"))
    today = date.fromisoformat(gold["as_of"])
    return [_verdict(case, _understood(case, today, snapshot)) for case in gold["cases"]]


def _understood(case: dict[str, Any], today: date, snapshot: Snapshot | None) -> Understood:
    history: list[Understood] = []
    for text in (*case.get("before", ()), case["text"]):
        history.append(understand(text, as_of=today, snapshot=snapshot, history=history))
    return history[-1]


def _verdict(case: dict[str, Any], found: Understood) -> Verdict:
    agents = [task.agent for task in found.tasks]
    decisions = case.get("outcome_any", [case["outcome"]])
    expected = case.get("slots", {})
    return Verdict(
        case_id=case["id"],
        agents=agents in case.get("agents_any", [case["agents"]]),
        decision=found.outcome in decisions,
        held_back="answer" not in decisions,
        aspects=_has_aspects(found, case),
        slots=_has_slots(found, expected) if expected else None,
    )


def _has_aspects(found: Understood, case: dict[str, Any]) -> bool | None:
    if "aspects" not in case:
        return None
    return set(found.aspects) in map(set, case.get("aspects_any", [case["aspects"]]))


def _has_slots(found: Understood, expected: dict[str, Any]) -> bool:
    slots = found.slots.model_dump(mode="json", by_alias=True)
    return all(
        slots[kind] == wanted if kind == "period" else set(wanted) <= set(slots[kind])
        for kind, wanted in expected.items()
    )


def _of_set(name: str, snapshot: Snapshot) -> Iterator[Figure]:
    path = GOLD / f"{name}.yaml"
    gold = yaml.safe_load(path.read_text(encoding="utf-8"))
    verdicts = judged(path, snapshot)
    said = f"{name.replace('_', ' ')} ({_USES[gold['use']]})"
    yield share(f"{said}: agents right", [one.agents for one in verdicts], at_least=AGENTS_RIGHT)
    held = [one.decision for one in verdicts if one.held_back]
    if held:
        yield share(f"{said}: clarify or refuse right", held, at_least=DECISIONS_RIGHT)
    every = [one.decision for one in verdicts]
    yield share(f"{said}: answer, clarify or refuse right", every, at_least=DECISIONS_RIGHT)
    aspects = [one.aspects for one in verdicts if one.aspects is not None]
    if aspects:
        yield share(f"{said}: aspects right", aspects)
    slots = [one.slots for one in verdicts if one.slots is not None]
    if slots:
        yield share(f"{said}: slots right", slots)
    if "first_look" in gold:
        yield from _first_look(name.replace("_", " "), gold["first_look"])


def _first_look(name: str, seen: dict[str, int]) -> Iterator[Figure]:
    """What was right before any error of a set was read; counted then, and not again."""
    for what, right, of in (
        ("agents right", "agents", "of"),
        ("clarify or refuse right", "held_back", "of_held_back"),
        ("aspects right", "aspects", "of_aspects"),
    ):
        if right in seen:
            counted = [True] * seen[right] + [False] * (seen[of] - seen[right])
            yield share(f"{name} (at first look): {what}", counted)


@contextmanager
def _plant() -> Iterator[Snapshot]:
    """A small simulated plant, whose names the requests speak of."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        plan = Plan(units=_UNITS)
        simulate(plan, folder / "exports")
        hub = Hub.create(folder / "hub")
        now = datetime.combine(plan.end, time(12), UTC)
        ingest(hub, folder / "exports", Vault.open(folder / "state"), now=now)
        with hub.snapshot(_EVERYTHING) as snapshot:
            yield snapshot
