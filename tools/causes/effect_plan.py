"""A plan for judging a fix, and what it says by day."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from domain.contract import Contract
from domain.power import FixPower, fix_power
from tools.causes.groups import short
from tools.causes.outlook import Outlook

STEP = timedelta(days=30)
LISTED = 15
"""Most days, `STEP` apart, of which the power is listed."""


class PowerOn(Contract):
    """What judging on a day would tell."""

    on: date
    """The day."""
    power: float
    """Probability that a fix which achieves what was asked for is judged effective (0 to 1), at
    careful rates: such as the rates before exceed with 90 % confidence each."""
    refuted: float
    """Probability that a fix which does nothing is judged not effective (0 to 1), at careful
    rates."""
    power_as_seen: float
    """The power at the rates as they were seen (0 to 1)."""
    treated_before: float
    """Failures expected by then of treated units built before, at rates as seen (count)."""
    treated_after: float
    """The same of treated units built after, if the fix does nothing (count)."""
    control_before: float | None
    """The same of control units built before (count); null without a control."""
    control_after: float | None
    """The same of control units built after (count); null without a control."""


class EffectPlan(Contract):
    """When and how it will be judged whether a fix worked."""

    symptom: str
    """Symptom code."""
    feasible: bool
    """Whether a day with the wanted power exists."""
    why_not: str | None
    """Why none exists, and what would help; null if one does."""
    cut_in_on: date
    """First day of build with the fix."""
    minimum_effect: float
    """Reduction that is asked for (share)."""
    wanted_power: float
    """Power that was wanted (0 to 1)."""
    enough_on: date | None
    """First day with the wanted power, at careful rates; null if there is none."""
    judge_on: date | None
    """Day of judging: the one asked for, else `enough_on`."""
    power: float | None
    """Power on the day of judging, at careful rates (0 to 1); null without such a day."""
    power_by_date: tuple[PowerOn, ...]
    """Power on the day of judging and every 30 days from the cut-in on."""
    query: dict[str, Any]
    """The complete question to `verify_effect`, to be asked on the day of judging as it stands."""
    failures_before: int
    """Failures so far of the treated units that the rate is taken from (count)."""
    control_failures_before: int | None
    """The same of the control (count); null without a control."""
    treated_per_day: float
    """Pace at which treated units are built (units a day)."""
    control_per_day: float | None
    """Pace at which control units are built (units a day); null without a control."""
    days_to_service: float
    """Median days from building to service."""
    reporting_delay_days: int
    """Days before judging whose failures will not count, for they are not all reported."""
    assumptions: tuple[str, ...]
    """What the plan takes for granted."""


class Forecast(NamedTuple):
    """What the power of any day is reckoned from."""

    out: Outlook
    wanted_ratio: float
    """Rate after over before that is asked for."""
    beside: bool
    """Whether there is a control to be judged beside."""

    def power(self, day: date, *, careful: bool = True) -> FixPower:
        """The power of judging on a day; 0 before units of each group are in service."""
        treated, control = self.out.on(day, careful=careful)
        if min(treated) <= 0 or (self.beside and min(control) <= 0):
            return FixPower(0.0, 0.0, 0.0)
        return fix_power(treated, control if self.beside else None, wanted_ratio=self.wanted_ratio)

    def by_date(self, judge_on: date | None) -> tuple[PowerOn, ...]:
        """The power at even steps from the cut-in on, and on the day of judging."""
        days = {self.out.check.after + STEP * (number + 1) for number in range(LISTED)}
        if judge_on is not None:
            days = {day for day in days if day < judge_on + 2 * STEP} | {judge_on}
        return tuple(self._at(day) for day in sorted(days))

    def assumptions(self) -> tuple[str, ...]:
        """What the plan takes for granted."""
        found = [
            "units go on being built at the pace of the last 90 settled days",
            "they reach service as long after building as they did so far",
            "rates by age stay as they were before the cut-in, for the control too; no season",
            "failures vary no more than a Poisson count",
            "the rate before is no spell of bad luck: one picked for being high falls by itself",
        ]
        if self.out.check.months > 12:
            found.append("warranties last at least as long as the months in service that count")
        return tuple(found)

    def _at(self, day: date) -> PowerOn:
        found, seen = self.power(day), self.power(day, careful=False)
        treated, control = self.out.on(day, careful=False)
        return PowerOn(
            on=day,
            power=short(found.shown),
            refuted=short(found.refuted),
            power_as_seen=short(seen.shown),
            treated_before=short(treated.rate * treated.before),
            treated_after=short(treated.rate * treated.after),
            control_before=short(control.rate * control.before) if self.beside else None,
            control_after=short(control.rate * control.after) if self.beside else None,
        )
