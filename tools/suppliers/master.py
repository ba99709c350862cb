"""A supplier as the supplier master knows it: name, language, clock, and whether it can be reached.

The address itself is never read here. It is looked up when an approved letter is sent.
"""

from functools import cache
from typing import Literal, NamedTuple

from domain.clocks import Place
from services.hub.snapshot import Snapshot
from services.messaging.rendering import ENGLISH
from services.policy.clocks import clocks
from tools.names import resolve
from tools.tool import ToolContext

UTC_ZONE = "UTC"
Address = Literal["recorded", "missing", "not_visible"]
"""Whether the supplier master has an address; not_visible: the asker may not know."""


class Master(NamedTuple):
    """A row of the supplier master."""

    id: str
    """Supplier code."""
    name: str
    """Name; the code where none is recorded."""
    country: str | None
    """Country (ISO 3166-1 alpha-2)."""
    language: str
    """Language to write in (BCP 47); English where none is recorded."""
    place: Place
    """Whose clock and calendar count."""


def supplier_named(context: ToolContext, name: str) -> Master:
    """The supplier that a code or a name stands for.

    Raises:
        UnknownName: the hub has no such supplier; near ones are offered.
    """
    return master_of(context.snapshot, resolve(context, "supplier", [name])[0])


def master_of(snapshot: Snapshot, supplier_id: str) -> Master:
    """What the supplier master says of a code; a code that it lacks has no country."""
    rows = snapshot.query("supplier_record", supplier_id=supplier_id).dicts()
    row = rows[0] if rows else {}
    country = row.get("country")
    return Master(
        id=supplier_id,
        name=str(row.get("name") or supplier_id),
        country=country,
        language=str(row.get("language") or ENGLISH),
        place=place_of(country),
    )


def address_of(snapshot: Snapshot, supplier_id: str) -> Address:
    """Whether a letter to the supplier could be delivered."""
    if "contact_email" in snapshot.masked("suppliers"):
        return "not_visible"
    rows = snapshot.query("supplier_reachable", supplier_id=supplier_id).dicts()
    return "recorded" if rows and rows[0]["reachable"] else "missing"


@cache
def place_of(country: str | None) -> Place:
    """Clock and calendar of a country; where it is not known, plain days in UTC.

    Of a country with several time zones the one that the clock rules name counts, else its first.
    """
    import pytz

    known = clocks().rules.zones.get(country or "")
    zones = pytz.country_timezones.get(country or "", [UTC_ZONE])
    return Place(known or zones[0], country)
