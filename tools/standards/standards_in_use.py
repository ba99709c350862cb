"""Which standards of a scheme concern a product, and which edition of each to use on a day."""

from collections.abc import Sequence
from datetime import date

from domain.contract import Contract
from services.standards.editions import EditionState, edition_states
from services.standards.library import Library
from services.standards.records import Confidence, EditionStatus, Standard
from tools.standards.applicability import Judged, concerns, decisive
from tools.standards.product import Product


class StandardInUse(Contract):
    """A standard by which a scheme is met, with its edition on the day."""

    standard: str
    """Id in the library."""
    designation: str
    """How it is written."""
    topic: str
    """Its subject, as the library's code."""
    edition: str | None
    """Designation of the edition to use, with amendments; null: none is known to hold."""
    state: EditionStatus
    """How that edition stands on the day; `unknown` where there is none."""
    also_accepted: tuple[str, ...]
    """Other editions that are accepted on the day."""
    coming: tuple[str, ...]
    """Editions that are to come, or are published and not cited."""
    only_with: tuple[str, ...]
    """Unknown features of which one is needed for it to concern the product."""
    source: str
    """Where the fact was read: id of a source of the library."""
    confidence: Confidence
    """How sure the fact is."""
    conflict: bool
    """Whether sources disagree on it."""
    note: str
    """What to know when using it."""


def standards_in_use(
    named: Sequence[str], product: Product, library: Library, as_of: date
) -> tuple[StandardInUse, ...]:
    """The standards among those named that concern a product, or may.

    A part 2 brings the part 1 that is named beside it.

    Args:
        named: ids of standards, as a scheme names them.
        product: the product.
        library: where they are from.
        as_of: the day.
    """
    rows = [library.standards[one] for one in named]
    found = {row.id: concerns(row.categories, row.features, product, library) for row in rows}
    for row in rows:
        if found[row.id].holds is False and row.id.endswith("-1"):
            parts = [one for one in found if one.startswith(f"{row.id[:-1]}2-")]
            if any(found[one].holds for one in parts):
                found[row.id] = Judged(True)
    return tuple(
        _in_use(row, product, library, (found[row.id], as_of))
        for row in rows
        if found[row.id].holds is not False
    )


def _in_use(
    standard: Standard, product: Product, library: Library, judged: tuple[Judged, date]
) -> StandardInUse:
    family = edition_states(library, standard, judged[1])
    by_edition = {one.ed: one for one in family.editions}
    accepted = [by_edition[one] for one in family.accepted]
    chosen: EditionState | None = by_edition[family.use] if family.use else None
    if chosen is None and accepted:
        chosen = accepted[-1]
    waiting = ("upcoming", "published_not_cited")
    return StandardInUse(
        standard=standard.id,
        designation=standard.designation,
        topic=standard.topic,
        edition=chosen.ref if chosen else None,
        state=chosen.state if chosen else "unknown",
        also_accepted=tuple(one.ref for one in accepted if one is not chosen),
        coming=tuple(one.ref for one in family.editions if one.state in waiting),
        only_with=decisive(judged[0].hinges, product, library),
        source=standard.source,
        confidence=standard.confidence,
        conflict=standard.conflict,
        note=standard.note,
    )
