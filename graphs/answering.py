"""The answer for faces and programs: text, findings, causes, ledger, limits, cost."""

import time
from collections.abc import Iterator
from typing import Any

from agents.wording.phrasebook import LANGUAGES
from agents.wording.wording import Wording
from domain.records.answer import Answer, Cost, Deciders, Outcome, Plan, Question
from domain.records.cause import Hypothesis
from domain.records.claim import Claim, Day, Phrase, Said, Term
from domain.records.finding import Finding
from domain.records.task import Report
from graphs.merging import Merged, merged
from graphs.planning.understood import Understood
from graphs.run import Run
from graphs.state import State
from services.model.errors import DID_NOT_ANSWER


def language_of_answer(state: State) -> str:
    """The language that the asker wants or writes, where there is wording in it; else English."""
    wanted = state["asked"].get("language") or state.get("understood", {}).get("language") or "en"
    primary = str(wanted).split("-")[0].lower()
    return primary if primary in LANGUAGES else "en"


def assembled(state: State, run: Run, final: Any, wording: Wording) -> Answer:  # noqa: ANN401
    """The answer of a run that went to its end."""
    understood = Understood.model_validate(state["understood"])
    plan = Plan.model_validate(state["plan"])
    found = merged(state) if run.tools is not None else Merged((), (), ())
    missing = tuple(task.agent for task in plan.tasks if task.agent not in run.agents)
    lines = [final.text, *_closing(found, missing, run, wording)]
    if understood.refusal is not None:
        lines = [understood.refusal.reason, understood.refusal.request_route]
    return _answer(
        state,
        run,
        outcome=_outcome(understood, found, missing, run),
        text="\n".join(line for line in lines if line),
        findings=tuple(worded(one, wording) for one in found.claims),
        cause=next((one.cause for one in found.reports if one.cause is not None), None),
        hypotheses=tuple(_hypotheses(found.reports, wording)),
        effect=next((one.effect for one in found.reports if one.effect is not None), None),
        questions=(
            understood.questions if run.tools is None else tuple(_asked_back(found, wording))
        ),
        refusal=understood.refusal,
        proposals=tuple(one for report in found.reports for one in report.proposals),
        limits=_limits(found, state, understood, wording),
        decided_by=Deciders(
            plan=plan.decided_by,
            step=_stepped(state),
            write=final.decided_by,
        ),
    )


def asking_back(state: State, run: Run, questions: tuple[Question, ...]) -> Answer:
    """The answer of a run that waits for its asker."""
    return _answer(
        state,
        run,
        outcome="clarify",
        text="\n".join(one.text for one in questions),
        questions=questions,
        limits=Understood.model_validate(state["understood"]).notes,
    )


def worded(claim: Claim, wording: Wording) -> Finding:
    """A finding with its claim in words."""
    return claim.finding.model_copy(update={"claim": wording.claim(claim)})


def _answer(state: State, run: Run, **parts: Any) -> Answer:  # noqa: ANN401  fields of Answer
    spent = run.ledger.spent
    return Answer.model_validate(
        {
            "run_id": run.run_id,
            "thread_id": run.thread_id,
            "as_of": run.as_of,
            "language": language_of_answer(state),
            "plan": Plan.model_validate(state["plan"]),
            "cost": Cost(
                model_requests=spent.requests,
                serial_requests=spent.serial_requests,
                prompt_tokens=spent.prompt_tokens,
                tool_calls=run.tally["tool_calls"],
                seconds=round(time.monotonic() - run.began, 3),
            ),
            "versions": run.versions.model_copy(update={"library": _library(run)}),
            **parts,
        }
    )


def _library(run: Run) -> str | None:
    """Version of the standards library, if any look of the run read it."""
    found = (one for looks in run.looking.values() for one in looks.findings.evidence)
    return next((one.versions.library for one in found if one.versions.library), None)


def _outcome(understood: Understood, found: Merged, missing: tuple[str, ...], run: Run) -> Outcome:
    if understood.outcome == "refuse":
        return "refused"
    if run.tools is None:
        return "clarify" if understood.outcome == "clarify" else "answered"
    if not found.claims and any(one.asks for one in found.reports):
        return "clarify"
    ended_early = any(phrase.name == "cut_short" for one in found.reports for phrase in one.limits)
    return "partial" if missing or ended_early or not found.claims else "answered"


def _closing(found: Merged, missing: tuple[str, ...], run: Run, wording: Wording) -> Iterator[str]:
    """What code adds to every text: steps, open ends, who could not be asked, the date."""
    yield from (wording.fact(one) for one in found.contradictions)
    for report in found.reports:
        yield from (wording.fact(one) for one in report.open_questions)
        yield from (wording.fact(one.text) for one in report.asks)
        if report.claims:
            yield from (wording.say("next_step", step=one) for one in report.next_steps[:2])
    for name in missing:
        yield wording.say("not_yet", agent=Term(group="agent", value=name))
    if run.tools is not None:
        name = "as_of_given" if run.as_of_given else "as_of_newest"
        yield wording.say(name, day=Day(value=run.as_of))


def _asked_back(found: Merged, wording: Wording) -> Iterator[Question]:
    """What the specialists ask back, each question with a name of its own."""
    asked = [one for report in found.reports for one in report.asks]
    for number, one in enumerate(asked, 1):
        yield Question(id=f"q{number}", text=wording.fact(one.text), options=one.options)


def _hypotheses(reports: tuple[Report, ...], wording: Wording) -> Iterator[Hypothesis]:
    for report in reports:
        for line in report.ledger:
            yield Hypothesis(
                statement=wording.fact(line.statement),
                branch=line.branch,
                status=line.status,
                predicts=None if line.predicts is None else wording.fact(line.predicts),
                evidence=line.evidence,
            )


def _limits(
    found: Merged, state: State, understood: Understood, wording: Wording
) -> tuple[str, ...]:
    phrases = [phrase for report in found.reports for phrase in report.limits]
    phrases += [_model_failed(text) for text in _problems(state)]
    told = [wording.fact(one) for one in phrases]
    return tuple(dict.fromkeys([*understood.notes, *told]))


def _problems(state: State) -> Iterator[str]:
    for one in (*state.get("reports", {}).values(), state.get("draft", {})):
        if one.get("problem"):
            yield one["problem"]


def _model_failed(text: str) -> Phrase:
    told = Said(value=text.removeprefix(DID_NOT_ANSWER))
    return Phrase(name="model_failed", facts={"text": told})


def _stepped(state: State) -> str:
    deciders = {one["decided_by"] for one in state.get("reports", {}).values()}
    return "model" if "model" in deciders else "rules"
