"""The outbox: what is to leave is written in the transaction that decides it, and sent later.

A message is known by its key. It is handed to its target until the target takes it; a target that
knows keys (a file, a signed webhook) then has it once, whatever dies in between. Addresses are not
kept here: a message names who it is for, and the address is looked up when it is sent.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from domain.contract import Contract
from domain.errors import InvalidArgument, NotPermitted, UnknownName
from domain.records.message import Message
from domain.records.proposal import ProposalState
from memory.ledger import Change, stored, words
from memory.proposal_rows import row_of
from memory.proposals import settle
from memory.tables import AUDIT, OUTBOX
from services.jobs.jobs import Jobs

QUEUE = "outbox"
"""The queue of jobs that deliver."""
OutboxState = Literal["waiting", "sent", "dead"]


class Posted(Contract):
    """A message and what became of it."""

    message: Message
    """What is to be sent."""
    proposal_id: str | None
    """The approved proposal that it carries out."""
    state: OutboxState
    """waiting, sent, or given up."""
    tries: int
    """How often it was handed to its target (count)."""
    made_at: datetime
    """When it was written (UTC)."""
    sent_at: datetime | None
    """When its target took it (UTC)."""
    receipt: str | None
    """What the target said when it took it."""
    error: str | None
    """Why the last try failed."""


def post(change: Change, jobs: Jobs, message: Message, *, proposal_id: str | None = None) -> bool:
    """Write a message into the outbox, with the job that delivers it; false if the key is there.

    Args:
        change: the open transaction.
        jobs: the queue.
        message: what to send; its key makes it one.
        proposal_id: the approved proposal that it carries out.

    Raises:
        NotPermitted: no proposal is named, and no standing order lets whoever posts it send such a
            message without one.
        InvalidArgument: the proposal is not approved.
        UnknownName: there is no such proposal.
        ValueError: the key is longer than that of a job can be.
    """
    held = select(OUTBOX.c.key).where(OUTBOX.c.key == message.key)
    if change.connection.execute(held).scalar() is not None:
        return False
    action = _permitted(change, message, proposal_id)
    row = {
        "key": message.key,
        "message": message.model_dump_json(),
        "target": message.target,
        "proposal_id": proposal_id,
        "state": "waiting",
        "tries": 0,
        "made_at": change.at,
    }
    change.connection.execute(insert(OUTBOX).values(row))
    _ask_for_delivery(change, jobs, message.key, tries=0)
    told = {"kind": message.kind, "target": message.target, "to": list(message.to)}
    change.audit(action, message.key, {**told, "proposal_id": proposal_id})
    return True


def mark_sent(change: Change, key: str, receipt: str) -> bool:
    """Write down that the target took it; executes the proposal whose last message it was.

    Returns:
        Whether this is the first time that it was taken.
    """
    unsent = (OUTBOX.c.key == key) & (OUTBOX.c.state != "sent")
    values = {"state": "sent", "sent_at": change.at, "receipt": words(receipt), "error": None}
    sent = update(OUTBOX).where(unsent).values(tries=OUTBOX.c.tries + 1, **values)
    if change.connection.execute(sent).rowcount != 1:
        return False
    change.audit("message.sent", key, {"receipt": words(receipt)})
    _settle(change, key, f"delivered: {receipt}")
    return True


def mark_failed(change: Change, key: str, error: str, *, for_good: bool) -> None:
    """Write down a try that failed; one that failed for good fails its proposal too."""
    waiting = (OUTBOX.c.key == key) & (OUTBOX.c.state == "waiting")
    values = {"state": "dead" if for_good else "waiting", "error": words(error)}
    failed = update(OUTBOX).where(waiting).values(tries=OUTBOX.c.tries + 1, **values)
    if change.connection.execute(failed).rowcount != 1:
        return
    change.audit("message.failed", key, {"error": words(error), "for_good": for_good})
    _settle(change, key, error)


def send_again(change: Change, jobs: Jobs, key: str) -> None:
    """Let a message that was given up be tried again, by a person's wish.

    Raises:
        UnknownName: there is no such message, or it was not given up.
    """
    dead = (OUTBOX.c.key == key) & (OUTBOX.c.state == "dead")
    again = update(OUTBOX).where(dead).values(state="waiting").returning(OUTBOX.c.tries)
    tries = change.connection.execute(again).scalar()
    if tries is None:
        raise UnknownName("given-up message", key, (), "andon jobs --dead")
    _ask_for_delivery(change, jobs, key, tries=tries)
    change.audit("message.retried", key)
    _settle(change, key, "tried again")


def posted(connection: Connection, key: str) -> Posted | None:
    """One message; null if there is none."""
    return next(iter(_read(connection, OUTBOX.c.key == key)), None)


def outbox(connection: Connection, *, states: Collection[OutboxState] = ()) -> list[Posted]:
    """Messages, newest first; none of `states` given: all."""
    return _read(connection, OUTBOX.c.state.in_(states) if states else None)


def messages_of(connection: Connection, proposal_id: str) -> list[Posted]:
    """The messages of a proposal."""
    return _read(connection, OUTBOX.c.proposal_id == proposal_id)


def keys_of_run(connection: Connection, run_id: str, kind: str) -> tuple[str, ...]:
    """Keys of the messages of a kind that a run posted under a standing order, in order."""
    of_run = (AUDIT.c.run_id == run_id) & (AUDIT.c.action == f"message.{kind}")
    query = select(AUDIT.c.subject).where(of_run).order_by(AUDIT.c.number)
    return tuple(connection.execute(query).scalars())


def _read(connection: Connection, where: object) -> list[Posted]:
    query = select(OUTBOX).order_by(OUTBOX.c.made_at.desc(), OUTBOX.c.key)
    if where is not None:
        query = query.where(where)  # type: ignore[arg-type]
    found = []
    for row in connection.execute(query).mappings():
        own = {name: row[name] for name in Posted.model_fields if name != "message"}
        found.append(Posted(message=Message.model_validate(stored(row["message"])), **own))
    return found


def _permitted(change: Change, message: Message, proposal_id: str | None) -> str:
    """What the audit calls it; what no proposal was approved for needs a standing order."""
    if proposal_id is None:
        action = f"message.{message.kind}"
        if not change.policy.has_order(action):
            raise NotPermitted(
                f"a message of the kind {message.kind} goes out with an approved proposal only",
                holds="nothing was posted",
                next_step="propose it",
            )
        return action
    state = row_of(change.connection, proposal_id).state
    if state != "approved":
        raise InvalidArgument(f"{proposal_id} is {state}, so nothing is sent for it")
    return "message.posted"


def _ask_for_delivery(change: Change, jobs: Jobs, key: str, *, tries: int) -> None:
    """Enqueue the job that delivers; one that was given up is over, so another try is another."""
    name = f"outbox:{key}" if tries == 0 else f"outbox:{key}:{tries}"
    jobs.enqueue(name, change.at, QUEUE, {"key": key}, connection=change.connection)


def _settle(change: Change, key: str, detail: str) -> None:
    """Bring a message's proposal to where all of its messages together have it."""
    of = select(OUTBOX.c.proposal_id).where(OUTBOX.c.key == key)
    proposal_id = change.connection.execute(of).scalar()
    if proposal_id is None:
        return
    beside = select(OUTBOX.c.state).where(OUTBOX.c.proposal_id == proposal_id)
    states = set(change.connection.execute(beside).scalars())
    to: ProposalState = "approved"
    if "dead" in states:
        to = "failed"
    elif states == {"sent"}:
        to = "executed"
    settle(change, proposal_id, to, detail)
