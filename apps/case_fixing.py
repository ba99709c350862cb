"""A fix as a person records it: which change, which units, and how its effect will be judged."""

import json
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError

from apps.case_work import Asked, read
from domain.errors import BadArgument, InvalidArgument, NoData
from domain.records.cause import Condition


class FixWords(NamedTuple):
    """A fix as it was typed."""

    which: str
    """The recorded change, or the first day of build with the fix."""
    treated: str
    """Units that it concerns, as JSON; empty: those of the stated cause."""
    untreated: str
    """Units beside them, as JSON; empty: all others."""
    minimum_effect: float
    """Reduction asked for (share)."""
    mixed_days: int
    """Days after the cut-in that are left out (days)."""
    judge_on: date | None
    """Day of judging; none: the first that is sure enough."""


def record(asked: Asked, words: FixWords) -> None:
    """Record a fix and register how its effect will be judged."""
    from graphs.casework.fixing import Fix, record_fix

    asked.check("work")
    treated = _condition(words.treated, "--treated") if words.treated else _concerned(asked)
    if treated is None:
        raise BadArgument(
            "which units does the fix concern?",
            next_step='say it as --treated \'{"line_id": "QDA-L1"}\'',
        )
    day = _day(words.which)
    fix = Fix(
        control=asked.reason or f"fix {words.which}",
        treated=treated,
        change_id=None if day else words.which,
        cut_in_on=day,
        untreated=_condition(words.untreated, "--untreated") if words.untreated else None,
        minimum_effect=words.minimum_effect,
        mixed_days=words.mixed_days,
        judge_on=words.judge_on,
    )
    try:
        record_fix(asked.working(), asked.case_id, fix)
    except NoData as error:  # asking was right, but to record it did not succeed
        raise InvalidArgument(
            f"its effect could not be judged: {error.message}",
            holds="nothing was registered",
            next_step=error.next_step,
        ) from error


def _concerned(asked: Asked) -> Condition | None:
    """Units of the stated cause; a fix is in later lots and builds, so their dates are left out."""
    stated = read(asked).occurrence
    if stated is None or stated.condition is None:
        return None
    dated = ("lot_ids", "received_from", "received_to", "built_from", "built_to", "change_id")
    return stated.condition.model_copy(update=dict.fromkeys(dated))


def _condition(text: str, of: str) -> Condition:
    try:
        return Condition.model_validate(json.loads(text))
    except (ValueError, ValidationError, RecursionError) as error:
        raise BadArgument(
            f"{of} is no condition: {text[:200]!r}",
            next_step='write it as \'{"supplier_id": "S-0101", "part_id": "P-PSU"}\'',
        ) from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
