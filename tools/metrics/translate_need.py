"""What do users' words mean in metrics, targets and parameters that engineers can act on?"""

from dataclasses import dataclass

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument, UnknownName
from domain.records.evidence import Note
from services.lexicon.language import language_of
from services.metrics.catalogue import GENERIC, View
from services.metrics.records import Names, Need
from tools.exclusions import quarantined
from tools.metrics.need_field import FieldFound, field_of
from tools.metrics.need_metrics import Place, metric_of, records_of
from tools.metrics.need_reading import near_needs, needs_heard
from tools.metrics.need_records import (
    NeedDriver,
    NeedField,
    NeedQuestion,
    NeedsToMetrics,
    TranslatedNeed,
    UnknownNeed,
)
from tools.metrics.need_scope import Subject, in_markets, subject_of, with_markets
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

TABLES = ("benchmarks", "requirements", "units", "claims", "feedback")
MOST = 20
MOST_BEHIND = 2
"""Needs that one symptom stands for (count)."""
NAMED = 3
"""Needs that a summary names."""


class NeedQuery(Contract):
    """Needs in words or by id, and the product."""

    text: str = Field(default="", max_length=4000)
    """What users want, in any of nine languages; empty: needs are given by id."""
    needs: tuple[str, ...] = Field(default=(), max_length=MOST)
    """Ids of the metric catalogue; they count beside what the text tells."""
    symptoms: tuple[str, ...] = Field(default=(), max_length=MOST)
    """Symptom codes that the field shows: where the text tells no need, those whose foremost metric
    they tell of."""
    drivers: tuple[str, ...] = Field(default=(), max_length=MOST)
    """Drivers that were chosen when asked back."""
    family: str | None = None
    """Product family (`TV`, `AC`, ...); null: by the model or the text."""
    model_id: str | None = None
    """A model, by identifier or name; null: one that the text names."""
    markets: tuple[str, ...] = ()
    """Countries (ISO 3166-1 alpha-2) or unions of the standards library (`EU`); none: those that
    the text names, else all."""


@dataclass(frozen=True)
class _Asked:
    """A need that is asked about, with the drivers that its metrics are taken from."""

    need: Need
    heard: str | None
    chosen: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether one has to ask which driver is meant."""
        return self.need.ambiguous and not self.chosen

    @property
    def meant(self) -> tuple[str, ...]:
        """Drivers in use; none: all of the need."""
        return (self.need.default,) if self.open and self.need.default else self.chosen


@tool(effect="read", version=1, library=True)
def translate_need(query: NeedQuery, context: ToolContext) -> Found[NeedsToMetrics]:
    """Which metrics, targets, test methods and parameters stand behind what users want?

    Call it for wishes and complaints in users' words ("clearer picture", "quieter at night"), to
    get what to measure, by which edition, which value to reach and by whose word, and what moves
    it. Words that fit several drivers are asked back, with a default used until then. The field
    record and competitors' values stand beside. For weighing needs call `house_of_quality`.

    Raises:
        InvalidArgument: neither words nor ids of needs are given.
        UnknownName: a need, driver, family, model or market is not known.
    """
    if not query.text.strip() and not query.needs and not query.symptoms:
        raise InvalidArgument("no need is given", next_step="give users' words or ids of needs")
    subject = subject_of(query.text, query.family, query.model_id, context)
    if query.markets:
        subject = with_markets(subject, in_markets(query.markets, context), context)
    view = context.services.metrics.view(subject.family)
    asked = _asked(query, view, context)
    codes = {one.need.id: _symptoms(one, view) for one in asked}
    field = field_of(codes, subject.field, context)
    result = NeedsToMetrics(
        language=language_of(query.text) if query.text.strip() else None,
        family=subject.family,
        family_names=view.family.names,
        rows_of=view.family.id,
        family_from=subject.origin,
        models=subject.models,
        countries=subject.countries,
        markets=subject.markets,
        needs=_needs(asked, view, subject, field, context),
        questions=_questions(asked, view, subject, query, context),
        unknown=_unknown(query, view) if not asked else None,
        catalogue_version=context.services.metrics.version,
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result),
        excluded=(*field.excluded, *quarantined(context, TABLES)),
    )


def _asked(query: NeedQuery, view: View, context: ToolContext) -> list[_Asked]:
    for name in query.needs:
        if name not in view.needs:
            raise UnknownName("need", name, near_needs(name, view, "en"), "translate_need")
    for name in query.drivers:
        if name not in view.drivers:
            raise UnknownName("driver", name, _near(name, view), "translate_need")
    words: dict[str, str | None] = dict.fromkeys(query.needs)
    for one in needs_heard(query.text, view, context.services.metrics.view(GENERIC)):
        words.setdefault(one.id, one.words)
    for code in query.symptoms if not words else ():
        words |= dict.fromkeys(_behind(code, view))
    found = [(view.needs[name], heard) for name, heard in words.items()]
    return [
        _Asked(need, heard, tuple(one for one in query.drivers if one in need.drivers))
        for need, heard in found
    ]


def _behind(code: str, view: View) -> tuple[str, ...]:
    """Clear needs whose foremost metric a symptom tells of."""
    needs = [one for one in view.needs.values() if not one.ambiguous]
    first = {one.id: view.metrics[view.weighted(one)[0].metric] for one in needs}
    return tuple(one for one, metric in first.items() if code in metric.symptoms)[:MOST_BEHIND]


def _near(name: str, view: View) -> tuple[str, ...]:
    from rapidfuzz import process

    found = process.extract(name.lower(), list(view.drivers), limit=3, score_cutoff=60)
    return tuple(match[0] for match in found)


def _symptoms(asked: _Asked, view: View) -> tuple[str, ...]:
    metrics = [view.metrics[one.metric] for one in view.weighted(asked.need, asked.meant)]
    return tuple(dict.fromkeys(code for one in metrics for code in one.symptoms))


def _needs(
    asked: list[_Asked], view: View, subject: Subject, field: FieldFound, context: ToolContext
) -> tuple[TranslatedNeed, ...]:
    metrics = [one.metric for it in asked for one in view.weighted(it.need, it.meant)]
    records = records_of(metrics, subject.own_models, context)
    place = Place(view, subject.markets, subject.models, records)
    return tuple(_need(one, place, field.by_need.get(one.need.id), context) for one in asked)


def _need(
    asked: _Asked, place: Place, field: NeedField | None, context: ToolContext
) -> TranslatedNeed:
    need, meant = asked.need, asked.meant or tuple(asked.need.drivers)
    ordered = sorted(need.drivers.items(), key=lambda item: -item[1])
    return TranslatedNeed(
        need=need.id,
        names=need.names,
        heard=asked.heard,
        ambiguous=need.ambiguous,
        default_driver=need.default if asked.open else None,
        drivers=tuple(
            NeedDriver(
                id=name,
                names=place.view.drivers[name].names,
                strength=strength,
                used=name in meant,
            )
            for name, strength in ordered
        ),
        metrics=tuple(
            metric_of(one, place, context) for one in place.view.weighted(need, asked.meant)
        ),
        field=field,
    )


def _questions(
    asked: list[_Asked], view: View, subject: Subject, query: NeedQuery, context: ToolContext
) -> tuple[NeedQuestion, ...]:
    found = []
    if subject.candidates:
        families = context.services.metrics.views
        names = {name: families[name].family.names for name in subject.candidates}
        found.append(_question("family", names, subject.family))
    for one in asked:
        if one.open:
            names = {name: view.drivers[name].names for name in one.need.drivers}
            found.append(_question("driver", names, one.need.default, one.need.id))
    if not asked:
        near = near_needs(query.text, view, language_of(query.text))
        found.append(_question("need", {name: view.needs[name].names for name in near}, None))
    return tuple(found)


def _question(
    kind: str, names: dict[str, Names], default: str | None, need: str | None = None
) -> NeedQuestion:
    return NeedQuestion.model_validate(
        {
            "kind": kind,
            "need": need,
            "options": tuple(names),
            "option_names": names,
            "default": default,
        }
    )


def _unknown(query: NeedQuery, view: View) -> UnknownNeed:
    return UnknownNeed(words=query.text, near=near_needs(query.text, view, language_of(query.text)))


def _summary(result: NeedsToMetrics) -> str:
    if not result.needs:
        return "No need of the metric catalogue was recognised in the words."
    said = []
    for one in result.needs[:NAMED]:
        first = one.metrics[0]
        told = f"{one.need}: {first.id} ({first.unit}, {first.direction})"
        if first.targets:
            target = first.targets[0]
            told += f", {target.op} {target.value:g} by {target.source[:60]}"
        if one.default_driver:
            told += f", assuming {one.default_driver}"
        said.append(told)
    more = f"; {len(result.needs) - NAMED} more" if len(result.needs) > NAMED else ""
    asks = f" To ask: {', '.join(one.kind for one in result.questions)}."
    return f"{'; '.join(said)}{more}.{asks if result.questions else ''}"


def _warnings(result: NeedsToMetrics) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    firsts = [one.metrics[0] for one in result.needs]
    if result.unknown:
        found["unknown_need"] = "no need was recognised; nothing was guessed"
    found |= _family_warning(result)
    if assumed := [one.default_driver for one in result.needs if one.default_driver]:
        found["driver_assumed"] = f"the words fit several drivers; assumed: {', '.join(assumed)}"
    if fixed := [one.id for one in firsts if not one.movable]:
        found["fixed_metrics"] = f"the maker cannot move {', '.join(fixed)}"
    if untold := [one.id for one in firsts if not one.targets]:
        found["no_target"] = f"no sourced target: set {', '.join(untold)} from a benchmark"
    fields = [one.field for one in result.needs if one.field]
    if fields:
        found["symptoms_are_not_needs"] = "a symptom can have causes that the need does not name"
    if any(one.claims_state == "no_data" for one in fields):
        found["no_field_data"] = "no units sold or no claims recorded to count in"
    return tuple(Note(code=code, text=text) for code, text in found.items())


def _family_warning(result: NeedsToMetrics) -> dict[str, str]:
    if result.family_from in ("none", "needs"):
        return {"family_not_told": f"nobody named the product: {result.rows_of} rows were taken"}
    if result.rows_of == GENERIC:
        return {"generic_rows": f"the catalogue has no rows of its own for {result.family}"}
    return {}
