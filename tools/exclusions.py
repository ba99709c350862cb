"""Rows that an ingest rejected: every answer says how many it would have used.

Without them a gap in the data would look like good quality.
"""

from collections.abc import Iterable

from domain.records.evidence import Exclusion
from tools.tool import ToolContext


def quarantined(context: ToolContext, tables: Iterable[str]) -> tuple[Exclusion, ...]:
    """Rows of these tables that wait in quarantine, by table and rule.

    Rejected rows bear no region, so they are those of the whole hub. When a file of the same path
    was loaded again, only the rejects of its newest load count. Rows of files that could not be
    split into tables count as table `*`.

    Args:
        context: who asks.
        tables: the tables that a tool has read.
    """
    rows = context.snapshot.query("rejected_counts", tables=sorted(set(tables)))
    return tuple(
        Exclusion(rule=f"quarantined {table}: {rule}", rows=rejected)
        for table, rule, rejected in sorted(rows.values)
    )


def left_out(**counts: int) -> tuple[Exclusion, ...]:
    """Exclusions of a tool's own rules, named with spaces for underscores; zeros are left away."""
    return tuple(
        Exclusion(rule=rule.replace("_", " "), rows=rows) for rule, rows in counts.items() if rows
    )
