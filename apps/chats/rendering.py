"""Answers and failures as messages: the verdict, what it rests on, what it leaves open."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from apps.chats.port import Said, Words
from apps.chats.wording import phrase
from apps.terminal.cited_text import cited_lines, figures_of
from apps.terminal.labels import Labels, labels_for
from domain.errors import AndonError
from domain.records.answer import Answer

if TYPE_CHECKING:
    from agents.wording.wording import Wording
    from apps.chats.speakers import Speaker

MOST_HYPOTHESES = 5
MOST_LIMITS = 4
MARKS = {"supported": "✓", "refuted": "✗", "untested": "·"}


def answer_said(body: dict[str, Any], speaker: "Speaker", lead: tuple[Words, ...] = ()) -> Said:
    """An answer as a message.

    Args:
        body: `andon.answer/1`.
        speaker: who asked.
        lead: what stands before it.
    """
    from agents.wording.wording import wording_for

    answer = Answer.model_validate({k: v for k, v in body.items() if k != "schema"})
    labels, wording = labels_for(answer.language), wording_for(answer.language)
    parts = [
        *lead,
        *_headline(answer, labels, wording),
        *_text(answer, labels, wording),
        *_hypotheses(answer, labels, wording),
        *_questions(answer, labels),
        *_refusal(answer, labels),
        *_proposals(answer, labels),
        *_limits(answer, labels),
        Words(_foot(answer, labels, wording, speaker.parts.settings.model), "quiet"),
    ]
    rest = f"andon chat --thread {answer.thread_id}"
    return Said(tuple(parts), answer.language, rest=rest, body=body)


def error_said(error: AndonError, language: str, lead: tuple[Words, ...] = ()) -> Said:
    """A failure as a message: what failed, what still holds, what to do."""
    parts = [*lead, Words(error.message)]
    if error.holds:
        parts.append(Words(phrase(language, "holds", what=error.holds), "quiet"))
    if error.next_step:
        parts.append(Words(phrase(language, "next", what=error.next_step), "quiet"))
    return Said(tuple(parts), language, body=error.to_json())


def _headline(answer: Answer, labels: Labels, wording: "Wording") -> Iterator[Words]:
    told = answer.outcome in ("answered", "partial")
    if told and answer.cause is not None:
        verdict = answer.cause.verdict
        term = wording.term("cause_verdict", verdict)
        yield Words(f"{term}: {labels.cause[verdict]}", "heading")
    elif told and answer.effect is not None:
        fix = answer.effect.verdict
        yield Words(f"{wording.term('fix_verdict', fix)}: {labels.fix[fix]}", "heading")
    elif answer.outcome != "answered":
        yield Words(labels.outcome[answer.outcome], "heading")


def _text(answer: Answer, labels: Labels, wording: "Wording") -> Iterator[Words]:
    asked = {one.text for one in answer.questions}
    told: set[str] = set()
    for line in cited_lines(answer, wording, labels):
        if not line.text or line.text in asked:
            continue
        told |= {*line.claims}
        yield Words(f"{line.mark} {line.text}".strip())
        if line.figures:
            yield Words(line.figures, "quiet")
    left = [one for one in answer.findings if one.id not in told]
    if left and answer.text:
        yield Words(labels.figures, "heading")
    for one in left:
        yield Words(one.claim)
        if figures := figures_of(one, one.claim, wording, labels):
            yield Words(figures, "quiet")


def _hypotheses(answer: Answer, labels: Labels, wording: "Wording") -> Iterator[Words]:
    if answer.hypotheses:
        yield Words(labels.ledger, "heading")
    for one in answer.hypotheses[:MOST_HYPOTHESES]:
        status = wording.term("hypothesis_status", one.status)
        branch = wording.term("branch", one.branch)
        yield Words(f"{MARKS[one.status]} {status} · {branch} · {one.statement}")
    more = len(answer.hypotheses) - MOST_HYPOTHESES
    if more > 0:
        yield Words(f"… {more} {labels.more}", "quiet")


def _questions(answer: Answer, labels: Labels) -> Iterator[Words]:
    number = 0
    for one in answer.questions:
        yield Words(one.text, "heading")
        for option in one.options:
            number += 1
            yield Words(f"{number}  {option}")
    if number:
        yield Words(labels.choose, "quiet")


def _refusal(answer: Answer, labels: Labels) -> Iterator[Words]:
    refusal = answer.refusal
    if refusal is None:
        return
    if refusal.reason not in answer.text:
        yield Words(refusal.reason)
    if refusal.request_route and refusal.request_route not in answer.text:
        yield Words(f"{labels.instead}: {refusal.request_route}")


def _proposals(answer: Answer, labels: Labels) -> Iterator[Words]:
    if answer.proposals:
        yield Words(labels.proposals, "heading")
    for one in answer.proposals:
        yield Words(f"{one.id} · {one.kind} · {one.state} · {', '.join(one.approvers)}")


def _limits(answer: Answer, labels: Labels) -> Iterator[Words]:
    limits = [one for one in answer.limits if one not in answer.text]
    if limits:
        yield Words(labels.limits, "heading")
    for one in limits[:MOST_LIMITS]:
        yield Words(f"– {one}", "quiet")
    if len(limits) > MOST_LIMITS:
        yield Words(f"… {len(limits) - MOST_LIMITS} {labels.more}", "quiet")


def _foot(answer: Answer, labels: Labels, wording: "Wording", model: str | None) -> str:
    """When, by whom, and under which name it is found again."""
    by = answer.decided_by
    deciders = dict.fromkeys((by.plan, by.step, by.write))
    decided = ", ".join(wording.term("decider", one) for one in deciders)
    named = f" ({model})" if model and "model" in deciders else ""
    return " · ".join(
        (
            answer.run_id,
            f"{labels.as_of} {answer.as_of.isoformat()}",
            f"{labels.decided} {decided}{named}",
            f"{labels.hub} {answer.versions.hub_commit}",
        )
    )
