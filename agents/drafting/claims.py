"""The small parts of every draft: numbered claims, intervals as facts, limits of a look."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agents.agent import Failed, Findings
from domain.errors import BadArgument, InvalidArgument, UnknownName
from domain.intervals import Interval
from domain.records.claim import Claim, Count, Fact, Measure, Names, Phrase, Said
from domain.records.evidence import Evidence
from domain.records.finding import AgentName, Finding, Verdict
from domain.records.task import AskBack, Brief

TO_BE_SAID_OTHERWISE = (InvalidArgument, UnknownName, BadArgument)
"""Errors of the question, not of the data."""
LISTING_ONLY = frozenset({"serials_cut"})
"""Warnings that speak of a list which no claim shows."""
WORDED = frozenset(
    {"drift_unknown", "golden_absent", "lots_unknown", "no_threshold", "passes_not_looked_at"}
    | {"signals_absent"}
)
"""Warnings of camera stations that a claim says in the reader's language."""
SERVING = ("get_evidence", "describe_hub")
"""Tools that only serve the others."""
PERCENT = 100


class Sheet:
    """Claims of one report, numbered as they are made."""

    def __init__(self, agent: AgentName) -> None:
        self.agent = agent
        self.claims: list[Claim] = []

    def add(
        self,
        phrase: str,
        facts: Mapping[str, Fact],
        evidence: tuple[Evidence, ...],
        *,
        verdict: Verdict = "supported",
        headline: bool = False,
        known: tuple[str, ...] = (),
        **figures: Any,  # noqa: ANN401  the further fields of a finding, validated by it
    ) -> Claim:
        """Make one claim.

        Args:
            phrase: name of its phrase.
            facts: the facts of the phrase.
            evidence: what it rests on.
            verdict: whether that supports it.
            headline: whether it opens the report.
            known: ids of evidence that was found before, in another case.
            **figures: the further fields of its finding.
        """
        name = f"c{len(self.claims) + 1}"
        excluded: dict[str, int] = {}
        for one in evidence:
            excluded |= {left.rule: left.rows for left in one.excluded}
        finding = Finding(
            id=name,
            agent=self.agent,
            claim=phrase,
            verdict=verdict,
            evidence=(*(one.id for one in evidence), *known),
            excluded=excluded,
            **figures,
        )
        claim = Claim(id=name, phrase=phrase, facts=dict(facts), finding=finding, headline=headline)
        self.claims.append(claim)
        return claim

    def look(self, evidence: Evidence, **figures: Any) -> Claim:  # noqa: ANN401  as above
        """A claim that shows a tool's own summary."""
        return self.add("look", {"summary": Said(value=evidence.summary)}, (evidence,), **figures)


Wording = Callable[[Evidence, Sheet], Sequence[AskBack] | None]
"""Words a result on a sheet; gives what has to be asked back."""


def word_all(findings: Findings, by_tool: Mapping[str, Wording], sheet: Sheet) -> list[AskBack]:
    """Word every result by its tool; one that nobody words shows its own summary.

    Returns:
        What has to be asked back.
    """
    asks: list[AskBack] = []
    for evidence in findings.evidence:
        if evidence.tool in by_tool:
            asks += by_tool[evidence.tool](evidence, sheet) or ()
        elif evidence.tool not in SERVING:
            sheet.look(evidence, headline=not sheet.claims)
    return asks


def lacking(
    brief: Brief, findings: Findings, needs: Mapping[str, tuple[str, str]]
) -> list[AskBack]:
    """What has to be named before an aspect can be looked into.

    Args:
        brief: what was asked.
        findings: what was looked at.
        needs: by aspect, the question back and the tool that would then look.
    """
    tried = {one.tool for one in findings.evidence} | {one.tool for one in findings.failed}
    return [
        AskBack(id=phrase, text=Phrase(name=phrase))
        for aspect, (phrase, tool) in needs.items()
        if aspect in brief.aspects and tool not in tried
    ]


def measured(interval: Interval | None, unit: str = "") -> Measure:
    """A figure with its interval as a fact."""
    if interval is None:
        return Measure(value=None, unit=unit)
    return Measure(
        value=interval.estimate, unit=unit, low=interval.low, high=interval.high, bounded=True
    )


def percent(share: float) -> Measure:
    """A share as a fact in percent."""
    return Measure(value=PERCENT * share, unit="%")


def percent_of(share: Interval) -> Measure:
    """A share with its interval as a fact in percent."""
    value, low, high = (
        None if end is None else PERCENT * end for end in (share.estimate, share.low, share.high)
    )
    return Measure(value=value, unit="%", low=low, high=high, bounded=True)


def count(value: float) -> Count:
    """A count as a fact."""
    return Count(value=value)


def names(*values: str) -> Names:
    """Identifiers as a fact."""
    return Names(value=values)


def limits_of(findings: Findings) -> tuple[Phrase, ...]:
    """What the looks warned of, left out, or could not tell."""
    found: dict[str, Phrase] = {}
    for evidence in findings.evidence:
        for note in (one for one in evidence.warnings if one.code not in LISTING_ONLY | WORDED):
            found[note.code] = Phrase(name="limit", facts={"text": Said(value=note.text)})
        for left in evidence.excluded:
            facts: dict[str, Fact] = {"rows": count(left.rows), "rule": Said(value=left.rule)}
            found[left.rule] = Phrase(name="left_out", facts=facts)
    for failed in findings.failed:
        found[f"{failed.tool} {failed.error.message}"] = _failed(failed)
    if findings.cut:
        found["cut"] = Phrase(name="cut_short", facts={"text": Said(value=findings.cut)})
    return tuple(found.values())


def asked_back(findings: Findings) -> tuple[AskBack, ...]:
    """What has to be said otherwise before a look can tell: a wrong value, an unknown name."""
    errors = [one.error for one in findings.failed if isinstance(one.error, TO_BE_SAID_OTHERWISE)]
    told = (f"{one.message}. {one.next_step}".strip() for one in errors)
    return tuple(
        AskBack(id="ask_otherwise", text=Phrase(name="limit", facts={"text": Said(value=text)}))
        for text in dict.fromkeys(told)
    )


def _failed(failed: Failed) -> Phrase:
    facts: dict[str, Fact] = {
        "tool": Names(value=(failed.tool,)),
        "reason": Said(value=failed.error.message),
    }
    return Phrase(name="look_failed", facts=facts)
