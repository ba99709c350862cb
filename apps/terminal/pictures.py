"""The picture of an answer: candidates on one scale, or the first chart that it cites."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from apps.render import OUT
from apps.terminal.charts.drawing import draw
from apps.terminal.charts.forest import Forest, Span, plot
from apps.terminal.page import Page, heading, more, plain
from domain.records.claim import Measure

if TYPE_CHECKING:
    from domain.records.answer import Answer
    from domain.records.cause import Condition, RankedCause
    from domain.records.evidence import Evidence

Lookup = Callable[[str], "Evidence | None"]
"""Evidence by its id; none if the reader may not see it, or there is none."""
MOST_CANDIDATES = 4
FEW_LOTS = 2
MOST_CHART_LINES = 14


def show_candidates(page: Page) -> None:
    """Causes and rivals on one scale, with the reason under each that was ruled out."""
    causes = page.answer.cause.ranked_causes if page.answer.cause else ()
    forest = Forest(
        tuple(_span(one, page) for one in causes[:MOST_CANDIDATES]),
        line=1.0,
        log=True,
        heading="",
        legend=(page.labels.stands, page.labels.ruled_out),
        stacked=page.turned,
    )
    heading(page.labels.candidates, page)
    for line in plot(forest, page.width):
        plain(line, page)
    more(len(causes) - MOST_CANDIDATES, page)


def show_picture(page: Page, evidence: Lookup) -> None:
    """The first chart among what is cited, if it is small enough to stand here."""
    for name in cited(page.answer):
        found = evidence(name)
        if found is None or found.chart is None:
            continue
        lines = draw(found.chart, page.width)
        OUT.print()
        for line in lines[:MOST_CHART_LINES]:
            plain(line, page)
        more(len(lines) - MOST_CHART_LINES, page)
        return


def _span(cause: "RankedCause", page: Page) -> Span:
    from agents.drafting.conditions import units_where

    low, high = cause.interval
    told = page.wording.fact(units_where(cause.condition)) in page.answer.text
    return Span(
        label=page.wording.fact(units_where(_shorter(cause.condition))),
        value=cause.rate_ratio,
        low=low,
        high=high,
        out=cause.ruled_out,
        note="" if told or not cause.ruled_out else cause.because,
        figure=page.wording.fact(Measure(value=cause.rate_ratio, low=low, high=high, bounded=True)),
    )


def _shorter(condition: "Condition") -> "Condition":
    """A condition without its lots where the days on which they came say as much."""
    lots = condition.lot_ids or ()
    if len(lots) <= FEW_LOTS or condition.received_from is None:
        return condition
    return condition.model_copy(update={"lot_ids": None})


def cited(answer: "Answer") -> Iterator[str]:
    """Ids of the evidence that an answer cites, each once, in its order."""
    told = [name for one in answer.findings for name in one.evidence]
    told += [name for one in answer.hypotheses for name in one.evidence]
    return iter(dict.fromkeys(told))
