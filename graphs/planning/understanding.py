"""A request understood by rules: its language, the names in it, who is asked, or why nobody is."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from domain.records.answer import PlannedPeriod, Question, Slots
from domain.records.finding import AgentName
from graphs.planning import replies
from graphs.planning.aspects import asked_on, default_aspects
from graphs.planning.concepts import clauses
from graphs.planning.hub_names import HubNames, hub_names
from graphs.planning.identifiers import near
from graphs.planning.language import UNKNOWN, Language, language_of
from graphs.planning.moves import Moves, moves
from graphs.planning.names import mentions, period_mentions, without_names
from graphs.planning.refusing import refused, wants_sending
from graphs.planning.requests import READ, Request
from graphs.planning.routing import Subject, likely_agent, planned, subject_of
from graphs.planning.understood import Aspect, Mention, MentionKind, Understood
from services.hub.snapshot import Snapshot

MOST_BYTES = 100_000
"""Length of a request from which it is refused (bytes of UTF-8)."""
_MOST_QUESTIONS = 2
_ASKED_ABOUT: tuple[MentionKind, ...] = ("model", "supplier", "line", "symptom")
"""Kinds whose unknown names are asked back; other names are looked up by the tools."""
_THINGS = frozenset({"country", "region", "period"})
"""Kinds that only narrow what a request is about."""


class _Reading(NamedTuple):
    request: Request
    language: Language
    hub: HubNames | None
    mentions: tuple[Mention, ...]
    slots: Slots
    ways: Moves
    subject: Subject


def understand(
    text: str,
    *,
    as_of: date,
    snapshot: Snapshot | None = None,
    history: Sequence[Understood] = (),
) -> Understood:
    """Understand a request without a model.

    Args:
        text: what was asked, in any language; nine have rules.
        as_of: the day that "now" stands for.
        snapshot: the hub whose names are linked; none: names stay as they are written.
        history: earlier turns of the thread, oldest first.

    Returns:
        What to do: tasks for agents, at most two questions, or a refusal.

    Raises:
        TimeLimit, HubDamaged: the hub's names could not be read.
    """
    before = next((turn for turn in reversed(history) if turn.intended), None)
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        code = language_of(text[:READ]).code
        return Understood(
            language=code, outcome="refuse", refusal=replies.refusal("too_long", code)
        )
    reading = _read(text, as_of, snapshot, history)
    code = reading.language.code
    kinds = {one.kind for one in reading.mentions if one.kind != "period"}
    reason = refused(reading.request, code, reading.subject, kinds)
    if reason is not None:
        return _answer(reading, refusal=replies.refusal(reason, code), outcome="refuse")
    if code == UNKNOWN:
        return _asking(reading, (replies.language_question(reading.language.likely),))
    unknown = _unknown_names(reading)
    if unknown:
        return _asking(reading, unknown)
    return _planned(reading, before)


def _read(
    text: str, as_of: date, snapshot: Snapshot | None, history: Sequence[Understood]
) -> _Reading:
    request = Request(text)
    spoken = next((turn.language for turn in reversed(history) if turn.language != UNKNOWN), None)
    hub = None if snapshot is None else hub_names(snapshot)
    words = request.text if hub is None else without_names(request.whole, hub)
    language = language_of(words, spoken)
    named = mentions(request.whole, hub, language.code)
    periods = period_mentions(request.whole, as_of, language.code)
    period = PlannedPeriod()
    if periods:
        _, first, last = periods[0]
        period = PlannedPeriod.model_validate({"from": first, "to": last})
    everything = tuple(sorted((*named, *(one[0] for one in periods)), key=lambda one: one.start))
    return _Reading(
        request,
        language,
        hub,
        everything,
        _slots(named, hub, period),
        moves(request.text, everything, language.code),
        subject_of(request, language.code, everything),
    )


def _planned(reading: _Reading, before: Understood | None) -> Understood:
    """Tasks, in the light of the turn before; without enough to go on, a question."""
    request, agents = reading.request, reading.subject.agents
    things = [one for one in reading.mentions if one.kind not in _THINGS]
    unsaid = request.holds("leaning", "unsaid")
    leans = request.opens_as_follow_up or not things or (unsaid and not agents)
    code = reading.language.code
    if before is not None and (leans or not agents):
        slots = _inherited(reading.slots, before.slots)
        aspects = reading.subject.aspects
        if not agents:
            said = clauses(request.said, code)
            agents, aspects = before.intended, asked_on(before.intended, said, before.aspects)
        found = _answer(reading, agents=agents, aspects=aspects, slots=slots)
        return found.model_copy(update=_carried(reading, before))
    if agents and not reading.subject.bare:
        notes = () if reading.subject.outright else (_default_note(agents[0]),)
        return _answer(reading, agents=agents, notes=notes)
    likely = likely_agent(request, reading.mentions)
    if likely is not None and not agents and not request.opens_as_follow_up:
        aspects = default_aspects((likely,))
        notes = (_default_note(likely),)
        return _answer(reading, agents=(likely,), aspects=aspects, notes=notes)
    if agents:
        return _asking(reading, (replies.subject_question(code),))
    topic = replies.topic_question(code)
    return _asking(reading, (topic,) if things else (topic, replies.subject_question(code)))


def _answer(
    reading: _Reading,
    *,
    agents: tuple[AgentName, ...] = (),
    aspects: tuple[Aspect, ...] | None = None,
    slots: Slots | None = None,
    notes: tuple[str, ...] = (),
    refusal: object = None,
    outcome: str = "answer",
) -> Understood:
    slots = slots or reading.slots
    return Understood.model_validate(
        {
            "language": reading.language.code,
            "outcome": outcome,
            "tasks": planned(
                agents,
                slots,
                _in_words(slots, reading.mentions),
                chained=reading.request.holds("leaning", "chained"),
            ),
            "intended": agents,
            "aspects": reading.subject.aspects if agents and aspects is None else aspects or (),
            "slots": slots,
            **_said(reading),
            "refusal": refusal,
            "notes": (*notes, *_notes(reading)),
        }
    )


def _asking(reading: _Reading, questions: tuple[Question, ...]) -> Understood:
    return Understood(
        language=reading.language.code,
        outcome="clarify",
        intended=reading.subject.agents,
        aspects=reading.subject.aspects,
        slots=reading.slots,
        questions=questions[:_MOST_QUESTIONS],
        notes=_notes(reading),
        **_said(reading),
    )


def _said(reading: _Reading) -> dict[str, Any]:
    """The words of a request and what they name, by field."""
    return {
        "mentions": reading.mentions,
        "markets": reading.ways.markets,
        "market_from": reading.ways.before,
        "market_to": reading.ways.after,
        "text": reading.request.text,
    }


def _carried(reading: _Reading, before: Understood) -> dict[str, Any]:
    """What a turn takes over from the one that it goes on from, by field.

    Words of that turn describe the product still, unless this turn names another one. A single
    market takes the place of the one that was gone to.
    """
    ways = reading.ways
    other = any(one.kind in ("model", "family") for one in reading.mentions)
    words = "\n".join(filter(None, (before.text, before.leans_on)))
    found: dict[str, Any] = {"leans_on": "" if other else words[:READ]}
    if not ways.markets:
        kept = ("markets", "market_from", "market_to")
        return found | {name: getattr(before, name) for name in kept}
    if len(ways.markets) == 1 and before.market_from is not None:
        found |= {"market_from": before.market_from, "market_to": ways.markets[0]}
    return found


def _slots(named: Sequence[Mention], hub: HubNames | None, period: PlannedPeriod) -> Slots:
    """Names by kind; a family stands for its models and a region for its countries."""
    models, lands = _ids(named, "model"), _ids(named, "country")
    if hub is not None:
        families, areas = _ids(named, "family"), _ids(named, "region")
        models = models or tuple(m for one in families for m in hub.inside("model", one))
        lands = lands or tuple(c for one in areas for c in hub.inside("country", one))
    return Slots(
        model_id=models,
        country=lands,
        supplier_id=_ids(named, "supplier"),
        symptom=_ids(named, "symptom"),
        standard=_ids(named, "standard"),
        period=period,
    )


def _ids(named: Sequence[Mention], kind: MentionKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for m in named if m.kind == kind for one in m.ids))


def _inherited(mine: Slots, earlier: Slots) -> Slots:
    """What this turn says, and for the rest what the earlier one said."""
    kept = {
        name: getattr(earlier, name)
        for name in ("model_id", "country", "supplier_id", "symptom", "standard")
        if not getattr(mine, name)
    }
    if mine.period == PlannedPeriod():
        kept["period"] = earlier.period
    return mine.model_copy(update=kept)


def _unknown_names(reading: _Reading) -> tuple[Question, ...]:
    return tuple(
        replies.unknown_question(
            reading.language.code, one.text, near(one.text, reading.hub.ids[one.kind])
        )
        for one in reading.mentions
        if reading.hub is not None and one.kind in _ASKED_ABOUT and not one.ids
    )


def _in_words(slots: Slots, named: Sequence[Mention]) -> str:
    """Names of a plan as the end of its goal."""
    more = {"lot": "lot", "serial": "unit", "change": "change", "part": "part", "site": "site"}
    more |= {"line": "line", "station": "station"}
    told = [
        f"{word} {', '.join(ids)}"
        for word, ids in (
            ("model", slots.model_id),
            ("market", slots.country),
            ("supplier", slots.supplier_id),
            ("symptom", slots.symptom),
            ("standard", slots.standard),
            *(
                (word, tuple(i for m in named if m.kind == kind for i in m.ids))
                for kind, word in more.items()
            ),
        )
        if ids
    ]
    if slots.period.last is not None:
        first = slots.period.first or "the beginning"
        told.append(f"{first} to {slots.period.last}")
    return f"; {'; '.join(told)}" if told else ""


def _notes(reading: _Reading) -> tuple[str, ...]:
    """Defaults that were taken, for the answer to state."""
    request, notes = reading.request, []
    if len(request.text) == READ:
        notes.append(f"only the first {READ:,} characters of the request were read")
    if request.quotes:
        notes.append("what the request quotes was taken as material, not as an instruction")
    if wants_sending(request):
        notes.append("nothing is sent: a message is drafted and waits for approval")
    if reading.hub is not None and reading.hub.ids["country"]:
        strange = sorted(set(reading.slots.country) - set(reading.hub.ids["country"]))
        notes += [f"{code} is not among the hub's markets" for code in strange]
    return tuple(notes)


def _default_note(agent: AgentName) -> str:
    return f"no task was named, so {agent} was asked"
