"""Whether a switch of test parameters may be proposed as a recipe, and what the proposal says.

Nothing is put in force here: a person with the role for it approves the exact payload. A switch
that rests on less than high confidence is not proposed unless the asker accepts that by name.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from domain.contract import Contract
from domain.errors import NotPermitted
from domain.records.proposal import ActivateTestRecipe
from tools.standards.item_record import InspectionItem
from tools.standards.parameter_change import Difference

WhyNot = Literal[
    "nothing_changes", "model_missing", "line_missing", "below_high_confidence", "features_open",
    "read_by_person", "retest_open",
]  # fmt: skip
"""nothing_changes, model_missing, line_missing: there is no recipe to propose. The others can be
accepted by a person by name: facts below high confidence, features that nobody told, values that a
person has to read, tests that have to be done anew."""
_HARD: frozenset[WhyNot] = frozenset(("nothing_changes", "model_missing", "line_missing"))


class Activation(Contract):
    """Whether a recipe may be proposed."""

    allowed: bool
    """Whether the payload may be proposed."""
    why_not: tuple[WhyNot, ...]
    """What stands against it, or what was accepted."""
    accepted_by: str | None
    """Who accepts what stands against it."""
    payload: ActivateTestRecipe | None
    """Exactly what to propose as `activate_test_recipe`; null: nothing may be proposed."""


class Wanted(NamedTuple):
    """The recipe that is wanted."""

    model_id: str | None
    line_id: str | None
    country: str
    recipe_id: str | None
    accepted_by: str | None
    library_version: str


def check_acceptance(accepted_by: str | None, asker: str) -> None:
    """Only the asker can accept, in their own name.

    Raises:
        NotPermitted: another name is given.
    """
    if accepted_by is not None and accepted_by != asker:
        raise NotPermitted(
            f"{accepted_by!r} cannot accept in the name of {asker!r}",
            holds="nothing was accepted and nothing proposed",
            next_step="the person who accepts asks for the switch themselves",
        )


def activation_of(
    wanted: Wanted, differences: Sequence[Difference], *, features_open: bool
) -> Activation:
    """Whether a recipe with these differences may be proposed.

    Args:
        wanted: model, line, market, and who accepts.
        differences: all parameters.
        features_open: whether some items hinge on features that nobody told.
    """
    changed = [one for one in differences if one.kind != "same"]
    against = _against(wanted, changed, features_open=features_open)
    hard = _HARD.intersection(against)
    allowed = not hard and (not against or wanted.accepted_by is not None)
    return Activation(
        allowed=allowed,
        why_not=against,
        accepted_by=wanted.accepted_by,
        payload=_payload(wanted, changed, against) if allowed else None,
    )


def _against(
    wanted: Wanted, changed: Sequence[Difference], *, features_open: bool
) -> tuple[WhyNot, ...]:
    held: dict[WhyNot, bool] = {
        "nothing_changes": not changed,
        "model_missing": wanted.model_id is None,
        "line_missing": wanted.line_id is None,
        "below_high_confidence": any(one.confidence != "high" for one in changed),
        "features_open": features_open,
        "read_by_person": any(one.consequence == "read_by_person" for one in changed),
        "retest_open": any(one.kind == "retest" for one in changed),
    }
    return tuple(code for code, holds in held.items() if holds)


def _payload(
    wanted: Wanted, changed: Sequence[Difference], against: tuple[WhyNot, ...]
) -> ActivateTestRecipe:
    assert wanted.model_id is not None  # else it is not allowed
    assert wanted.line_id is not None  # nor without a line
    lines = [line_of(one) for one in changed]
    if against:
        lines.insert(0, f"accepted by {wanted.accepted_by}: {', '.join(against)}")
    named = f"{wanted.model_id}-{wanted.country}-{wanted.line_id}-{wanted.library_version[:8]}"
    return ActivateTestRecipe(
        recipe_id=wanted.recipe_id or named,
        model_id=wanted.model_id,
        country=wanted.country,
        line_id=wanted.line_id,
        differences=tuple(lines),
    )


def line_of(one: Difference) -> str:
    """A difference as one line of a recipe's change note."""
    named = one.after or one.before
    assert named is not None  # a pair has at least one side
    place = f"{named.method.designation} {named.method.clause}"
    return (
        f"{one.kind} ({one.consequence}), {place}, {named.parameter}:"
        f" {_figure(one.before)} -> {_figure(one.after)} ({one.confidence})"
    )


def _figure(item: InspectionItem | None) -> str:
    if item is None:
        return "no row"
    value = item.value if not isinstance(item.value, tuple) else " / ".join(map(str, item.value))
    volts = item.test_voltage
    if volts is None:
        return f"{value} {item.unit} [{item.item_id}]"
    span = (
        f"{volts.low_v:g}" if volts.low_v == volts.high_v else f"{volts.low_v:g}-{volts.high_v:g}"
    )
    return f"{value} {item.unit} = {span} V [{item.item_id}]"
