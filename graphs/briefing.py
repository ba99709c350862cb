"""From a plan to briefs: what each specialist is told, and when its turn is."""

from collections.abc import Sequence

from domain.records.answer import Plan, PlannedTask, Slots
from domain.records.knowledge import Knowledge
from domain.records.task import Brief, Period
from graphs.planning.aspects import own_aspects
from graphs.planning.concepts import clauses
from graphs.planning.given import designations, given, quoted
from graphs.planning.refusing import wants_sending
from graphs.planning.requests import Request
from graphs.planning.understood import Understood
from graphs.run import Run
from graphs.state import State

SLOT_KINDS = {
    "model_id": "model",
    "country": "country",
    "supplier_id": "supplier",
    "symptom": "symptom",
    "standard": "standard",
}
"""Kinds of names by their field in a plan."""
NAMED_KINDS = (
    "family",
    "site",
    "line",
    "station",
    "part",
    "lot",
    "serial",
    "change",
    "characteristic",
)
"""Kinds of names that only the request itself carries."""


def next_wave(plan: Plan, done: Sequence[str]) -> tuple[PlannedTask, ...]:
    """Tasks whose turn it is: not handed in, and those that they wait for are done."""
    return tuple(
        task for task in plan.tasks if task.id not in done and set(task.after) <= set(done)
    )


def brief_for(task: PlannedTask, state: State, run: Run) -> Brief:
    """What the task's specialist is told."""
    understood, text = Understood.model_validate(state["understood"]), state["asked"]["text"]
    return Brief(
        id=task.id,
        agent=task.agent,
        goal=task.goal,
        question="\n".join(filter(None, (text, understood.leans_on))),
        aspects=own_aspects(task.agent, understood.aspects),
        scope={
            **_told(task, state),
            **_scope(task.slots, understood),
            **_places(task, text, understood),
        },
        period=_period(task.slots, run),
        given={**given(understood.leans_on), **given(text), **_ordered(text, understood.language)},
        quoted=quoted(text) or quoted(understood.leans_on),
        evidence=_known(task, state),
        prior=_prior(task, run),
        tool_calls=run.limits.tool_calls,
        seconds=run.limits.seconds,
    )


def _scope(slots: Slots, understood: Understood) -> dict[str, tuple[str, ...]]:
    named = {kind: getattr(slots, field) for field, kind in SLOT_KINDS.items()}
    for kind in NAMED_KINDS:
        ids = (one for m in understood.mentions if m.kind == kind for one in m.ids)
        named[kind] = tuple(dict.fromkeys(ids))
    return {kind: ids for kind, ids in named.items() if ids}


def _told(task: PlannedTask, state: State) -> dict[str, tuple[str, ...]]:
    """Symptoms that the tasks before it found, where a request for metrics names none."""
    if task.agent != "requirement_metrics":
        return {}
    found: dict[str, None] = {}
    for before in task.after:
        report = state["reports"].get(before, {}).get("report", {})
        for claim in report.get("claims", ()):
            symptom = claim["facts"].get("symptom", {})
            if claim["phrase"].startswith("issue_") and symptom.get("kind") == "term":
                found |= {symptom["value"]: None}
    return {"symptom": tuple(found)} if found else {}


def _ordered(text: str, language: str) -> dict[str, str]:
    """Whether a draft is ordered, which is more than asking whether one is needed."""
    request = Request(text)
    drafts = any("draft" in one.concepts for one in clauses(request.said, language))
    return {"draft": "ordered"} if drafts or wants_sending(request) else {}


def _places(task: PlannedTask, text: str, understood: Understood) -> dict[str, tuple[str, ...]]:
    """Markets beyond countries and the way between two; only standards are told by market."""
    if task.agent != "standard_match":
        return {}
    named = understood.markets or task.slots.country
    way = {"market_from": understood.market_from, "market_to": understood.market_to}
    places = {kind: (market,) for kind, market in way.items() if market is not None}
    told = designations(text, understood.mentions)
    return {
        **({"market": named} if named else {}),
        **({"standard": told} if told else {}),
        **places,
    }


def _period(slots: Slots, run: Run) -> Period | None:
    first, last = slots.period.first, slots.period.last
    if first is None and last is None:
        return None
    last = min(last or run.as_of, run.as_of)
    # A period without beginning is as long as the records; tools that look back have a limit.
    first = first or last.replace(year=last.year - 1, day=min(last.day, 28))
    return Period(first=min(first, last), last=last)


def _prior(task: PlannedTask, run: Run) -> tuple[Knowledge, ...]:
    """What earlier cases taught; only whoever looks for causes is told."""
    if task.agent != "root_cause":
        return ()
    return tuple(one for symptom in task.slots.symptom for one in run.learnt(symptom))


def _known(task: PlannedTask, state: State) -> tuple[str, ...]:
    """Evidence of the tasks that this one waited for."""
    found: dict[str, None] = {}
    for before in task.after:
        report = state["reports"].get(before, {}).get("report", {})
        for claim in report.get("claims", ()):
            found |= dict.fromkeys(claim["finding"]["evidence"])
    return tuple(found)
