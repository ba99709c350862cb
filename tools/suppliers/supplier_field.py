"""Claims on parts by who supplied them: what may have escaped the supplier's gates and ours."""

from domain.contract import Contract
from tools.suppliers.delivery_measures import ShareFigure, share_of
from tools.suppliers.delivery_rows import Window
from tools.tool import ToolContext


class FieldClaims(Contract):
    """Units whose claim names a part that the supplier delivered for them."""

    claimed: ShareFigure
    """Such units, out of all units with a part of the supplier. A claim names the part that was
    replaced: an upper bound of what escaped, and no proof that the supplier is at fault."""
    safety: int
    """Of them, units with a safety-critical symptom (count)."""


def field_claims(
    context: ToolContext, window: Window, suppliers: list[str] | None, parts: list[str] | None
) -> dict[str, FieldClaims]:
    """Claims reported in a window by supplier; none for those whose parts are in no unit."""
    rows = context.snapshot.query(
        "claims_on_supplied_parts",
        first=window.first_on,
        last=window.last_on,
        suppliers=suppliers,
        parts=parts,
    )
    found: dict[str, FieldClaims] = {}
    for supplier, units, claimed, safety in rows.values:
        figure = share_of(claimed, units, 0.95)
        if supplier is not None and figure is not None:
            found[supplier] = FieldClaims(claimed=figure, safety=safety)
    return found
