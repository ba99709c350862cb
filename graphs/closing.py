"""How a case ends: closed on a shown effect, which is what it teaches, or dismissed by people."""

from domain.errors import InvalidArgument
from domain.records.case import CaseCause
from domain.records.cause import Condition
from domain.records.knowledge import Knowledge
from domain.records.proposal import CloseCase, DismissCase
from memory.case_rows import CaseFile, case_file, case_of
from memory.cases import set_state, write_step
from memory.knowledge import add, knowledge_name
from memory.ledger import Change
from services.policy.actions import ActionPolicy


def close(change: Change, asked: CloseCase, policy: ActionPolicy) -> None:
    """Close a case on an effective check, and keep what it taught for review.

    Raises:
        InvalidArgument: the check is not effective, or not of this case.
        UnknownName: there is no such case.
    """
    file = case_file(change.connection, asked.case_id)
    check = next((one for one in file.checks if one.id == asked.check_id), None)
    if check is None or check.verdict != "effective" or check.evidence != asked.evidence_id:
        raise InvalidArgument(
            f"{asked.case_id} has no effective check {asked.check_id} with {asked.evidence_id}",
            holds="the case stays open",
            next_step="close it on the check and evidence that showed the effect",
        )
    told = {"check": asked.check_id, "evidence": asked.evidence_id}
    write_step(change, asked.case_id, "D8", told, state="done", evidence=(asked.evidence_id,))
    set_state(change, asked.case_id, "closed", f"effect shown: {asked.evidence_id}")
    cause = file.occurrence
    if cause is not None and cause.status == "supported":
        add(change, _learnt(file, cause, asked, change), policy)


def dismiss(change: Change, asked: DismissCase, *, dangerous: bool) -> None:
    """End a case in which there was no trouble; it teaches nothing.

    Args:
        change: the open transaction.
        asked: what was approved.
        dangerous: whether it was approved as the dismissal of a danger.

    Raises:
        InvalidArgument: it speaks of a danger by now and was not approved as such, or a fix of it
            is still to be judged, or it has ended.
        UnknownName: there is no such case.
    """
    held = case_of(change.connection, asked.case_id)
    if held.dangerous and not dangerous:
        raise InvalidArgument(
            f"{held.id} speaks of a danger: two people must dismiss it",
            holds=f"it is {held.state}",
            next_step="propose its dismissal anew",
        )
    told = {"dismissed": asked.reason}
    write_step(change, asked.case_id, "D8", told, state="done")
    set_state(change, asked.case_id, "dismissed", asked.reason)


def _learnt(file: CaseFile, cause: CaseCause, asked: CloseCase, change: Change) -> Knowledge:
    condition = cause.condition or Condition()
    fixes = [
        str(one.content["control"])
        for one in file.steps
        if one.step in ("D5", "D6", "D7") and one.content.get("control")
    ]
    return Knowledge(
        id=knowledge_name(file.case.id),
        case_id=file.case.id,
        symptom=file.case.symptom,
        mechanism="",
        cause=condition,
        control="; ".join(fixes),
        part_id=condition.part_id,
        family=None,
        evidence=(asked.evidence_id, *cause.evidence),
        author=change.by,
        review="to_review",
        reviewed_by=None,
        valid_from=change.at.date(),
        valid_to=None,
        at=change.at,
    )
