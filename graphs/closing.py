"""Closing a case: what its effect check showed is what it teaches."""

from domain.errors import InvalidArgument
from domain.records.cause import Condition
from domain.records.knowledge import Knowledge
from domain.records.proposal import CloseCase
from memory.case_rows import CaseFile, case_file
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
    if any(one.kind == "occurrence" and one.status == "supported" for one in file.causes):
        add(change, _learnt(file, asked, change), policy)


def _learnt(file: CaseFile, asked: CloseCase, change: Change) -> Knowledge:
    cause = next(one for one in file.causes if one.kind == "occurrence")
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
