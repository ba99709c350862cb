"""What does a requirement demand in figures, and what is missing before anyone can test it?"""

from typing import Any, Literal

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument, NoData, UnknownName
from domain.records.evidence import Note
from services.lexicon.language import language_of
from services.requirements.kinds import RequirementKind, kind_of
from services.requirements.limits import Limit, Read, read_limits
from services.requirements.units import base_value, unit_named
from services.requirements.wordlists import OPERATORS, Operator
from tools.exclusions import quarantined
from tools.names import resolve
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

TABLES = ("requirements",)
MOST = 100
MOST_CHARACTERS = 4_000
Missing = Literal["limit", "metric", "unit", "method", "condition"]
"""limit: no figure makes it testable. metric: it does not say what is measured. unit: a figure has
none. method: no standard says how to measure. condition: it does not say when it holds."""


class RequirementLimitsQuery(Contract):
    """Requirements as texts, or those on record."""

    texts: tuple[str, ...] = Field(default=(), max_length=MOST)
    """Requirements in words, one each, in any of nine languages."""
    requirement_ids: tuple[str, ...] = Field(default=(), max_length=MOST)
    """Recorded requirements by id."""
    models: tuple[str, ...] = ()
    """All recorded requirements of these models."""
    language: str | None = None
    """Language of the texts (BCP 47); null: known from the words. It decides what a comma means."""


class LimitFound(Contract):
    """One limit."""

    words: str
    """What is limited, in words of the text, or the recorded metric; empty: not said."""
    operator: Operator
    """How the value is compared; `every`: it recurs at this period."""
    value: float
    """The value in `unit`; the lower one of `between`."""
    high: float | None
    """The upper value of `between`, in `unit`; null: there is none."""
    unit: str | None
    """Unit in canonical form, `count` for what is counted; null: none is written."""
    written: str
    """Unit, or the counted thing, as written."""
    base_value: float | None
    """The value in `base_unit`; null: counts, levels in dB and money are not converted."""
    base_high: float | None
    """The upper value in `base_unit`."""
    base_unit: str | None
    """Base unit of the SI, for example `second`; empty: a pure number."""
    share: float | None
    """Share of cases that has to meet it (%); null: not restricted, so all."""
    stated: bool
    """Whether words state the comparison; false: it follows from what has to be held."""
    origin: Literal["text", "recorded"]
    """text: read from words. recorded: a field of the hub."""
    start: int | None
    """Where it begins in the text (characters); null: recorded."""
    end: int | None
    """Where it ends."""


class RequirementRead(Contract):
    """One requirement."""

    requirement_id: str | None
    """Its id; null: it was given as a text."""
    model_id: str | None
    """Model that it is recorded for."""
    status: str | None
    """Its state on record."""
    text: str
    """Its words."""
    language: str | None
    """Language that they were read in; null: unknown, a point is taken as the decimal sign."""
    kind: RequirementKind
    """What it asks for, by the word lists: a hint for sorting."""
    limits: tuple[LimitFound, ...]
    """Its limits."""
    conditions: tuple[str, ...]
    """Words that say when it holds."""
    methods: tuple[str, ...]
    """Standards that it names."""
    vague: tuple[str, ...]
    """Words that nobody can measure."""
    missing: tuple[Missing, ...]
    """What is missing before it can be tested."""


class RequirementLimits(Contract):
    """Requirements with what they demand."""

    requirements: tuple[RequirementRead, ...]
    """In the order asked: texts first, then recorded ones."""
    measurable: int
    """Requirements with a limit (count)."""
    not_measurable_yet: int
    """Requirements without one (count)."""


@tool(effect="read", version=1)
def requirement_limits(
    query: RequirementLimitsQuery, context: ToolContext
) -> Found[RequirementLimits]:
    """Which limits do requirements state: operator, value, unit, condition; and what is missing?

    Call it with requirement texts, or for the recorded requirements of a model, before metrics and
    tests are derived. It reads by rules and invents no figure: words like "fast" give no limit and
    are flagged. For the metrics behind a need call `translate_need`.

    Raises:
        InvalidArgument: nothing is asked, or a text is empty or longer than 4,000 characters.
        UnknownName: a requirement or a model is not in the hub.
        NoData: the models have no requirement on record.
    """
    _check(query)
    read = [_of_text(text, query.language) for text in query.texts]
    recorded = query.requirement_ids or query.models
    if recorded:
        read += [_of_row(row, query.language) for row in _rows(query, context)]
    with_limit = sum(bool(one.limits) for one in read)
    result = RequirementLimits(
        requirements=tuple(read),
        measurable=with_limit,
        not_measurable_yet=len(read) - with_limit,
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result),
        excluded=quarantined(context, TABLES) if recorded else (),
    )


def _check(query: RequirementLimitsQuery) -> None:
    if not (query.texts or query.requirement_ids or query.models):
        raise InvalidArgument(
            "no requirement is named", next_step="give texts, requirement_ids or models"
        )
    for place, text in enumerate(query.texts, 1):
        if not text.strip() or len(text) > MOST_CHARACTERS:
            raise InvalidArgument(
                f"text {place} is empty or longer than {MOST_CHARACTERS:,} characters",
                next_step="give one requirement a text",
            )


def _rows(query: RequirementLimitsQuery, context: ToolContext) -> list[dict[str, Any]]:
    models = resolve(context, "model", query.models)
    ids = list(dict.fromkeys(query.requirement_ids))
    rows = context.snapshot.query("requirements_of", ids=ids, models=models).dicts()
    known = {row["requirement_id"] for row in rows}
    for name in ids:
        if name not in known:
            raise UnknownName("requirement", name, (), "requirement_limits")
    if not rows:
        raise NoData(
            f"no requirement of {', '.join(models)} is on record",
            next_step="give its requirements as texts",
        )
    return rows


def _of_text(text: str, language: str | None) -> RequirementRead:
    spoken = language or language_of(text)
    read = read_limits(text, spoken)
    limits = tuple(_limit(one) for one in read.limits)
    return _read(text, spoken, read, limits)


def _of_row(row: dict[str, Any], language: str | None) -> RequirementRead:
    found = _of_text(row["need"] or "", language)
    recorded = _recorded(row)
    limits = (*found.limits, *((recorded,) if recorded else ()))
    missing = _missing(limits, bool(found.conditions), bool(found.methods))
    return found.model_copy(
        update={
            "requirement_id": row["requirement_id"],
            "model_id": row["model_id"],
            "status": row["status"],
            "limits": limits,
            "missing": missing,
        }
    )


def _read(
    text: str, language: str | None, read: Read, limits: tuple[LimitFound, ...]
) -> RequirementRead:
    return RequirementRead(
        requirement_id=None,
        model_id=None,
        status=None,
        text=text,
        language=language,
        kind=kind_of(text),
        limits=limits,
        conditions=tuple(text[one.start : one.end].strip() for one in read.conditions),
        methods=tuple(text[one.start : one.end].strip() for one in read.methods),
        vague=read.vague,
        missing=_missing(limits, bool(read.conditions), bool(read.methods)),
    )


def _missing(
    limits: tuple[LimitFound, ...], conditions: bool, methods: bool
) -> tuple[Missing, ...]:
    if not limits:
        return ("limit",)
    found: dict[Missing, bool] = {
        "metric": all(not one.words for one in limits),
        "unit": any(one.unit is None for one in limits),
        "method": not methods,
        "condition": not conditions,
    }
    return tuple(name for name, lacks in found.items() if lacks)


def _limit(one: Limit) -> LimitFound:
    based = _based(one.value, one.high, one.unit)
    return LimitFound(**one._asdict(), **based, origin="text")


def _recorded(row: dict[str, Any]) -> LimitFound | None:
    operator = next((one for one in OPERATORS if one == row["operator"]), None)
    if operator is None or row["value"] is None:
        return None
    unit = unit_named(row["unit"]) or row["unit"] if row["unit"] else None
    return LimitFound(
        words=row["metric"] or "",
        operator=operator,
        value=row["value"],
        high=None,
        unit=unit,
        written=row["unit"] or "",
        **_based(row["value"], None, unit),
        share=None,
        stated=True,
        origin="recorded",
        start=None,
        end=None,
    )


def _based(value: float, high: float | None, unit: str | None) -> dict[str, Any]:
    low = base_value(value, unit)
    top = base_value(high, unit) if high is not None else None
    return {
        "base_value": low.value if low else None,
        "base_high": top.value if top else None,
        "base_unit": low.unit if low else None,
    }


def _summary(result: RequirementLimits) -> str:
    limits = [one for read in result.requirements for one in read.limits]
    said = f"{len(result.requirements)} requirements, {len(limits)} limits;"
    said += f" {result.not_measurable_yet} not measurable yet."
    for one in limits[:3]:
        upper = f" to {one.high:g}" if one.high is not None else ""
        said += f" {one.words[-40:]} {one.operator} {one.value:g}{upper} {one.unit or ''}".rstrip()
        said += f" for {one.share:g} % of cases." if one.share is not None else "."
    return said


def _warnings(result: RequirementLimits) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if result.not_measurable_yet:
        found["not_measurable_yet"] = (
            f"{result.not_measurable_yet} requirements name no limit: ask how much is meant"
        )
    limits = [one for read in result.requirements for one in read.limits]
    if any(not one.stated for one in limits):
        found["implied_operator"] = "some values are read as least values that have to be held"
    if any(read.language is None and read.limits for read in result.requirements):
        found["language_unknown"] = "where the language is unknown a point is the decimal sign"
    return tuple(Note(code=code, text=text) for code, text in found.items())
