"""What the hub knows of a supplier's suspect parts: received, rejected, built in, failed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from domain.errors import InvalidArgument, UnknownName
from tools.names import resolve
from tools.suppliers.master import Master
from tools.tool import ToolContext

WINDOW_DAYS = 365
"""Days of deliveries that count where no lots are named (days)."""
_NAMED = 6


class Suspect(NamedTuple):
    """What a request is about."""

    supplier: Master
    """Who delivered it."""
    part_id: str
    """The part."""
    part_name: str
    """Its name; the number where none is recorded."""
    lot_ids: tuple[str, ...]
    """Suspect lots; none: all."""
    symptom: str
    """Symptom or defect code."""


class Counts(NamedTuple):
    """What is on record of it."""

    received: int | None
    """Pieces received (count); none: no delivery was inspected."""
    rejected: int | None
    """Pieces that incoming inspection rejected (count)."""
    units: int
    """Units that contain them (count)."""
    failures: int
    """Those of them with claims of the symptom (count)."""
    after: date
    """Deliveries after this day count."""


def symptom_of(context: ToolContext, name: str) -> str:
    """The symptom code that a name stands for, else the defect code.

    Raises:
        UnknownName: the hub has neither; near symptoms are offered.
    """
    try:
        return resolve(context, "symptom", [name])[0]
    except UnknownName as error:
        try:
            return resolve(context, "defect", [name])[0]
        except UnknownName:
            raise error from None


def part_of(context: ToolContext, supplier: Master, named: str | None, lots: Sequence[str]) -> str:
    """The part that is meant: the one named, else the one of all the lots, else the only one.

    Raises:
        UnknownName: the hub has no such part.
        InvalidArgument: the supplier never delivered it, or several are possible.
    """
    rows = context.snapshot.query("parts_of_supplier", supplier_id=supplier.id).dicts()
    delivered = [str(row["part_id"]) for row in rows]
    if named is not None:
        found = resolve(context, "part", [named])
        fitting = [one for one in found if one in delivered]
    else:
        of_lots = {row["part_id"] for row in _lot_rows(context, lots)}
        fitting = [one for one in delivered if one in of_lots] if lots else delivered
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(delivered[:_NAMED]) or "none"
    raise InvalidArgument(
        f"{supplier.id} has no delivery of {named} on record"
        if named is not None and not fitting
        else f"the part of {supplier.id} is not clear",
        next_step=f"name one of its parts: {listed}",
    )


def check_lots(context: ToolContext, supplier: Master, part_id: str, lots: Sequence[str]) -> None:
    """Make sure that lots are the supplier's and of the part.

    Raises:
        InvalidArgument: a lot is another supplier's, or of another part.
    """
    for row in _lot_rows(context, lots):
        for field, wanted in (("supplier_id", supplier.id), ("part_id", part_id)):
            if row[field] != wanted:
                said = row[field] or "nobody on record" if field == "supplier_id" else row[field]
                raise InvalidArgument(
                    f"lot {row['lot_id']} belongs to {said}, not to {wanted}",
                    holds="nothing was proposed",
                    next_step="leave it out, or name its own supplier and part",
                )


def counts_of(context: ToolContext, suspect: Suspect) -> Counts:
    """What is on record of the suspect parts up to the as-of date."""
    lots = list(suspect.lot_ids) or None
    after = date.min if lots else context.snapshot.as_of - timedelta(days=WINDOW_DAYS)
    asked: dict[str, Any] = {"supplier_id": suspect.supplier.id, "part_id": suspect.part_id}
    query = context.snapshot.query
    (came,) = query("supplier_received", **asked, lots=lots, after=after).dicts()
    (built,) = query("supplier_built_in", **asked, lots=lots, symptom=suspect.symptom).dicts()
    inspected = bool(came["inspected"])
    return Counts(
        received=int(came["received"] or 0) if inspected else None,
        rejected=int(came["rejected"] or 0) if inspected else None,
        units=int(built["units"]),
        failures=int(built["failures"]),
        after=after,
    )


def _lot_rows(context: ToolContext, lots: Sequence[str]) -> list[dict[str, Any]]:
    return context.snapshot.query("lots_of_part", lots=list(lots)).dicts() if lots else []
