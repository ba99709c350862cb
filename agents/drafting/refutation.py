"""Attempts to refute a cause: what was predicted, what was seen, and whether the cause survived."""

from collections.abc import Mapping
from typing import NamedTuple

from agents.agent import Findings
from agents.drafting.claims import Sheet, count, measured
from agents.drafting.conditions import units_where
from domain.intervals import Interval
from domain.records.cause import Condition
from domain.records.claim import Chance, Fact, Phrase
from domain.records.evidence import Evidence
from domain.records.finding import Verdict
from tools.causes.compare_rates import RateComparison
from tools.causes.population import PopulationQuery

SHOWN = 0.05
"""P-value up to which a difference counts as shown."""


class Trial(NamedTuple):
    """One comparison that could have refuted a cause."""

    condition: Condition
    """The cause."""
    blame: Condition | None
    """The wider blame that it was held against; None: a comparison at equal standing."""
    within: tuple[str, ...]
    """What was held equal."""
    ratio: Interval
    """Rate of the cause's units over that of the units compared with."""
    p_value: float
    """Its p-value."""
    counts: tuple[int, int, int, int]
    """Failures and units of the cause, failures and units compared with."""
    evidence: Evidence
    """Where it was found."""

    @property
    def survived(self) -> bool:
        """Whether the cause's units fail more often there too."""
        return self.ratio.low > 1 or (_above(self.ratio) and self.p_value <= SHOWN)

    @property
    def refuted(self) -> bool:
        """Whether the difference is gone, or the other way round, at equal standing."""
        return self.blame is None and not _above(self.ratio)

    @property
    def predicts(self) -> Phrase:
        """What should be seen if the cause holds."""
        if self.blame is None:
            return Phrase(name="predicts_within", facts={"strata": _strata(self.within)})
        return Phrase(name="predicts_wider", facts={"rival": units_where(self.blame)})

    def claim(self, sheet: Sheet) -> None:
        """Say what came of it."""
        facts: dict[str, Fact] = {
            "where": units_where(self.condition),
            "failures": count(self.counts[0]),
            "units": count(self.counts[1]),
            "other_failures": count(self.counts[2]),
            "other_units": count(self.counts[3]),
            "ratio": measured(self.ratio),
            "p": Chance(value=self.p_value),
        }
        if self.blame is not None:
            facts["rival"] = units_where(self.blame)
        else:
            facts["strata"] = _strata(self.within)
        kind = "trial_wider" if self.blame is not None else "trial_within"
        outcome = "held" if self.survived else "gone" if self.refuted else "open"
        phrase = f"{kind}_{outcome}"
        if outcome == "held" and self.ratio.estimate is None:
            phrase = f"{kind}_alone"
        sheet.add(
            phrase, facts, (self.evidence,), verdict=_verdict(outcome),
            value=self.ratio.estimate, unit="rate ratio",
            interval=(self.ratio.low, self.ratio.high),
            numerator=self.counts[0], denominator=self.counts[1],
        )  # fmt: skip


POPULATION = tuple(PopulationQuery.model_fields)
"""Fields of a question that say whom it is about."""


def trials_of(condition: Condition, ranked: Evidence, findings: Findings) -> tuple[Trial, ...]:
    """The comparisons that were made of one cause, on the units that it was found on."""
    mine = condition.model_dump(mode="json")
    return tuple(
        _trial(condition, evidence)
        for evidence in findings.of("compare_rates")
        if evidence.query["condition"] == mine
        and all(evidence.query[field] == ranked.query[field] for field in POPULATION)
    )


def _trial(condition: Condition, evidence: Evidence) -> Trial:
    seen = RateComparison.model_validate(evidence.result)
    against: Mapping[str, object] | None = evidence.query["against"]
    pooled = seen.pooled
    return Trial(
        condition=condition,
        blame=Condition.model_validate(against) if against else None,
        within=tuple(evidence.query["within"]),
        ratio=pooled.ratio if pooled else seen.ratio,
        p_value=pooled.p_value if pooled else seen.p_value,
        counts=(
            seen.group.failures, seen.group.units, seen.reference.failures, seen.reference.units,
        ),
        evidence=evidence,
    )  # fmt: skip


def _above(ratio: Interval) -> bool:
    return ratio.estimate is None or ratio.estimate > 1


def _verdict(outcome: str) -> Verdict:
    found: dict[str, Verdict] = {"held": "supported", "gone": "not_supported"}
    return found.get(outcome, "undetermined")


def _strata(within: tuple[str, ...]) -> Phrase:
    return Phrase(name="_".join(("strata", *within)))
