"""To which day claims or feedback are on record: later service would count as service without any.

An export may end months before the other tables do, and "now" may lie beyond all data.
"""

from datetime import date
from typing import Literal

from domain.errors import NoData
from domain.records.evidence import Note
from tools.tool import ToolContext

NOTED_DAYS = 7
"""An end of the record so many days before now is as usual between two exports."""

ServiceTable = Literal["claims", "feedback"]


def recorded_to(context: ToolContext, table: ServiceTable) -> date:
    """Day (UTC) of the latest report, of all that the asker may see; at most the as-of date.

    Claims without a day of report stand with their day of failure.

    Raises:
        NoData: there is none, or none bears a day.
    """
    row = context.snapshot.query("service_recorded_to", source=table).dicts()[0]
    last: date | None = row["last_on"]
    if last is None:
        with_day = " with a day" if row["reports"] else ""
        raise NoData(
            f"no {table}{with_day} are recorded here, which is not a rate of zero",
            next_step=f"take in {table}, or ask with a wider scope or a later as-of date",
        )
    return min(last, context.snapshot.as_of)


def early_end(context: ToolContext, table: ServiceTable, last: date) -> tuple[Note, ...]:
    """The warning that a record ends well before the as-of date, if it does."""
    if (context.snapshot.as_of - last).days <= NOTED_DAYS:
        return ()
    code, verb = ("claims_end_early", "are") if table == "claims" else ("feedback_ends_early", "is")
    return (Note(code=code, text=f"{table} {verb} recorded to {last} only: counted to that day"),)
