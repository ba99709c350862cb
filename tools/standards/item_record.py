"""A test item as a plan, a recipe or a comparison shows it: one record for all of them."""

from datetime import date
from typing import Literal, NamedTuple

from domain.contract import Contract
from services.standards.editions import edition_states
from services.standards.library import Library
from services.standards.records import (
    Confidence,
    EditionStatus,
    Operator,
    Phase,
    Relation,
    Role,
    TestItem,
)
from tools.standards.called_standards import Basis
from tools.standards.item_selection import Chosen
from tools.standards.voltage_columns import Rating, VoltageRange, column_of, test_voltage

Sample = Literal["one_per_design", "every_unit", "papers"]
"""one_per_design: a type test. every_unit: a routine test at the end of the line. papers: markings,
instructions, files."""
Record = Literal["reading_against_limit", "pass_or_fail", "level_applied", "condition_kept"]
"""What is written down: the reading with its unit and limit; the verdict with what was seen; the
level that was applied and what happened; the condition that was kept."""
ValueKind = Literal["number", "numbers", "words"]
"""words: a formula or criterion that a person has to read; it is never computed from."""


class Method(Contract):
    """By which text an item is tested."""

    standard: str
    """Standard that the row is of (id in the library)."""
    designation: str
    """Its designation."""
    clause: str
    """Its clause."""
    edition: str | None
    """Edition to use on the day, in full; null: none is known to be current."""
    edition_state: EditionStatus | None
    """How that edition stands on the day."""
    read_in: str | None
    """Edition that the row was read in, where the library says so."""
    basis: Basis
    """How the market comes to this standard."""
    adopted_as: str | None
    """The market's own standard that takes it over (id); null: none, or the standard itself."""
    adopted_designation: str | None
    """Its designation."""
    adopted_edition: str | None
    """Its edition to use on the day, in full."""
    relation: Relation | None
    """How it stands to the standard of the row."""


class InspectionItem(Contract):
    """One thing to test, with its value, method and what to write down."""

    item_id: str
    """The row of the library."""
    what: str
    """What is tested (free text of the library)."""
    parameter: str
    """The quantity (free text of the library)."""
    method: Method
    """Standard, clause and edition."""
    role: Role
    """stimulus: applied. limit: to be kept. setting: a condition."""
    op: Operator | None
    """How a limit is read."""
    value: int | float | tuple[int | float, ...] | str
    """A number, several, or words that a person has to read."""
    value_kind: ValueKind
    """How the value may be read."""
    unit: str
    """Unit of the value, with what belongs to it."""
    test_voltage: VoltageRange | None
    """Volts to set, where the value is a multiple of the rated voltage; null: it is none."""
    rating: Rating | None
    """Rated voltage that the value or the table column follows; null: it follows none."""
    condition: str
    """Under which condition (free text of the library)."""
    phase: Phase
    """type: once per design. routine: every unit. document: papers and markings."""
    sample: Sample
    """What is tested."""
    record: Record
    """What is written down."""
    replaces: tuple[str, ...]
    """Rows in whose place it stands in this market."""
    note: str
    """What to know (free text of the library)."""
    source: str
    """Where it was read (id of a source)."""
    confidence: Confidence
    """Lowest of the row's and of those that claimed its place."""
    conflict: bool
    """Whether sources disagree."""


_SAMPLES: dict[Phase, Sample] = {
    "type": "one_per_design",
    "routine": "every_unit",
    "document": "papers",
}


class InUse(NamedTuple):
    """The edition of a standard to use on a day."""

    ref: str | None
    state: EditionStatus | None


def in_use(library: Library, standard: str, day: date) -> InUse:
    """The edition to use on a day: the current one, else the newest that is still accepted."""
    found = edition_states(library, library.standards[standard], day)
    wanted = found.use or (found.accepted[-1] if found.accepted else None)
    for one in found.editions:
        if one.ed == wanted:
            return InUse(one.ref, one.state)
    return InUse(None, None)


def recorded(library: Library, chosen: Chosen, rating: Rating, day: date) -> InspectionItem:
    """The record of an item that was chosen for a product."""
    item = chosen.item
    volts = test_voltage(item, rating)
    follows = volts is not None or column_of(item.id) is not None
    return InspectionItem(
        item_id=item.id,
        what=item.what,
        parameter=item.parameter,
        method=_method(library, chosen, day),
        role=item.role,
        op=item.op,
        value=item.value,
        value_kind=_kind(item),
        unit=item.unit,
        test_voltage=volts,
        rating=rating if follows else None,
        condition=item.condition,
        phase=item.phase,
        sample=_SAMPLES[item.phase],
        record=_record(item),
        replaces=chosen.replaces,
        note=item.note,
        source=item.source,
        confidence=chosen.confidence,
        conflict=item.conflict,
    )


def _method(library: Library, chosen: Chosen, day: date) -> Method:
    item, call = chosen.item, chosen.call
    own = in_use(library, item.standard, day)
    adopts = call.by is not None and call.by != item.standard
    by = call.by if adopts else None
    return Method(
        standard=item.standard,
        designation=library.standards[item.standard].designation,
        clause=item.clause,
        edition=own.ref,
        edition_state=own.state,
        read_in=item.edition,
        basis=call.basis,
        adopted_as=by,
        adopted_designation=library.standards[by].designation if by else None,
        adopted_edition=in_use(library, by, day).ref if by else None,
        relation=call.relation,
    )


def _kind(item: TestItem) -> ValueKind:
    if isinstance(item.value, str):
        return "words"
    return "numbers" if isinstance(item.value, tuple) else "number"


def _record(item: TestItem) -> Record:
    if item.role == "setting":
        return "condition_kept"
    if item.role == "stimulus":
        return "level_applied"
    judged = item.op == "pass" or isinstance(item.value, str)
    return "pass_or_fail" if judged else "reading_against_limit"
