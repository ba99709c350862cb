"""Units by months in service and their claims by month, as the hub counts them for `claim_rate`."""

from typing import Any, Literal, NamedTuple

from domain.contract import Contract
from tools.tool import ToolContext

DELAY_SHARE = 0.9
"""Share of claims that are reported within the estimated delay."""
SETTLED_DAYS = 180
"""Only failures so long before the latest report tell of the delay: of younger ones the late
reports are missing."""
FEWEST_CLAIMS = 20
USUAL_DELAY_DAYS = 60
"""Delay that is assumed where too few claims tell of it."""

Row = dict[str, Any]


class Delay(Contract):
    """How long failures stay unreported."""

    days: int
    """Days that do not count, before the as-of date or, if earlier, the latest report."""
    source: Literal["given", "population", "all_claims", "assumed"]
    """given in the question; the 90th percentile of claims of these models and markets, or of all
    claims in the hub; or 60 days, assumed because fewer than 20 claims tell of it."""
    claims: int
    """Claims that the estimate rests on (count)."""


class Counts(NamedTuple):
    """What was counted."""

    units: tuple[Row, ...]
    """Units by status, months completed and warranty."""
    claims: dict[str, int]
    """Claims by whether they count, and if not, why (count)."""
    by_month: dict[int, int]
    """Claims that count, by month in service (count)."""
    examined: int
    """Of these, with a word on whether a fault was found (count)."""
    sound: int
    """Of these, without a fault (count)."""
    units_with_claim: int
    """Units in service with one claim or more (count)."""

    def of_status(self, status: str) -> int:
        """Units of one status (count)."""
        return sum(row["rows"] for row in self.units if row["status"] == status)

    def completed(self, month: int) -> int:
        """Units that completed a month in service under warranty (count)."""
        return sum(row["rows"] for row in self._through(month) if _covered(row, month))

    def past_warranty(self, month: int) -> int:
        """Units that completed a month after their warranty had ended (count)."""
        return sum(row["rows"] for row in self._through(month) if not _covered(row, month))

    def on_units_in_service(self) -> int:
        """Claims on units in service, whether they count or not (count)."""
        elsewhere = ("unit_not_in_service", "no_unit")
        return sum(n for status, n in self.claims.items() if status not in elsewhere)

    def in_service(self) -> tuple[Row, ...]:
        """Rows of units that were sold by the as-of date."""
        return tuple(row for row in self.units if row["status"] == "in_service")

    def _through(self, month: int) -> list[Row]:
        return [row for row in self.in_service() if row["service_month"] >= month]


def counts_of(context: ToolContext, **parameters: Any) -> Counts:  # noqa: ANN401  SQL values
    """Count units and claims; the parameters are those of the query `claim_rate_counts`."""
    rows = context.snapshot.query("claim_rate_counts", **parameters).dicts()
    claims = [row for row in rows if row["kind"] == "claims"]
    counted = [row for row in claims if row["status"] == "counted"]
    statuses = sorted({row["status"] for row in claims})
    return Counts(
        units=tuple(row for row in rows if row["kind"] == "units"),
        claims={
            status: sum(row["rows"] for row in claims if row["status"] == status)
            for status in statuses
        },
        by_month={row["service_month"]: row["rows"] for row in counted},
        examined=sum(row["examined"] for row in counted),
        sound=sum(row["sound"] for row in counted),
        units_with_claim=sum(row["rows"] for row in rows if row["kind"] == "claiming_units"),
    )


def reporting_delay(
    *,
    models: list[str] | None,
    countries: list[str] | None,
    given: int | None,
    context: ToolContext,
) -> Delay:
    """The delay to allow for: as given, or as the settled claims show it."""
    if given is not None:
        return Delay(days=given, source="given", claims=0)
    row = context.snapshot.query(
        "reporting_delay",
        models=models,
        countries=countries,
        settled_days=SETTLED_DAYS,
        share=DELAY_SHARE,
    ).dicts()[0]
    if row["asked_claims"] >= FEWEST_CLAIMS:
        return Delay(days=row["asked_days"], source="population", claims=row["asked_claims"])
    if row["all_claims"] >= FEWEST_CLAIMS:
        return Delay(days=row["all_days"], source="all_claims", claims=row["all_claims"])
    return Delay(days=USUAL_DELAY_DAYS, source="assumed", claims=row["all_claims"])


def _covered(row: Row, month: int) -> bool:
    return row["warranty"] is None or bool(row["warranty"] >= month)
