"""A hand-over: the case changes hands, and whoever takes it reads where it stands."""

from agents.wording.wording import wording_for
from domain.records.policy import Principal
from domain.records.proposal import ProposalState
from graphs.casework.opening import OWNER_WANTED
from graphs.casework.working import Working
from memory.case_rows import case_file
from memory.cases import action_name, end_action, set_owner
from memory.effect_checks import is_open
from memory.ledger import Change
from memory.proposal_rows import proposals
from services.messaging.rendering import render
from services.messaging.staff_contents import DueAction, Handover

WAITING: tuple[ProposalState, ...] = ("proposed",)


def take(change: Change, case_id: str, owner: str) -> None:
    """Put a case into somebody's hands; that an owner was wanted is then done."""
    set_owner(change, case_id, owner)
    wanted = action_name(case_id, *OWNER_WANTED)
    actions = case_file(change.connection, case_id).actions
    if any(one.id == wanted and one.state == "open" for one in actions):
        end_action(change, wanted, f"{owner} has it in hand")


def hand_over(working: Working, case_id: str, taker: Principal, note: str) -> str:
    """Put a case into other hands; returns the note for them.

    Args:
        working: the work on cases.
        case_id: the case.
        taker: who takes it.
        note: what the person who hands over says.
    """
    file = working.file(case_id)
    today = working.now.date()
    with working.acting.ledger.read() as connection:
        waiting = proposals(connection, working.acting.policy, states=WAITING, case_id=case_id)
    judged = next((one.judge_on for one in file.checks if is_open(one)), None)
    place = next((one for one in file.case.regions if one != "*"), "")
    told = Handover(
        timezone=working.acting.messaging.region(place).timezone,
        case_id=case_id,
        symptom=wording_for(taker.language).term("symptom", file.case.symptom),
        severity=file.case.severity,
        opened_at=file.case.opened_at,
        from_owner=file.case.owner or working.by,
        to_owner=taker.id,
        done=tuple(one.step for one in file.steps if one.state != "open"),
        open=tuple(one.step for one in file.steps if one.state == "open"),
        actions=tuple(
            DueAction(
                id=one.id,
                case_id=case_id,
                text=one.text,
                due_on=one.due_on,
                overdue=one.due_on < today,
            )
            for one in file.actions
            if one.state == "open"
        ),
        proposals=tuple(one.id for one in waiting),
        judge_on=judged,
        note=note or None,
    )
    with working.change() as change:
        take(change, case_id, taker.id)
    return render("handover", taker.language, told).text
