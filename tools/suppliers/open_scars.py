"""SCARs in force and letters to their suppliers, as the ledger knows them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from domain.contract import Contract
from domain.records.case import STEP_NAMES, StepName
from domain.records.proposal import Proposal, ResponseTerms
from memory.casebook import Casebook
from memory.measures import in_force
from memory.outbox import messages_of
from memory.proposal_rows import proposals

ContactState = Literal["waiting", "sent", "dead"]
_TO_SUPPLIERS = ("issue_scar", "message_supplier", "change_rating_band",
                 "enter_controlled_shipping", "leave_controlled_shipping")  # fmt: skip


class OpenScar(NamedTuple):
    """A SCAR that was issued and not ended."""

    id: str
    """The approved proposal that issued it."""
    case_id: str | None
    """Its case, if it has one."""
    supplier_id: str
    """Who was asked."""
    part_id: str
    """The part."""
    lot_ids: tuple[str, ...]
    """Suspect lots."""
    symptom: str
    """Symptom code."""
    due: dict[StepName, datetime]
    """Due moments by step, as the letter named them (UTC)."""
    terms: ResponseTerms | None
    """By which limits they were reckoned; none: not recorded."""
    since: datetime
    """When it was issued (UTC)."""


class Contact(Contract):
    """A letter to a supplier."""

    proposal_id: str
    """The proposal that it carried out."""
    kind: str
    """Kind of that proposal."""
    reason: str | None
    """Of a message: reminder, question, reply."""
    reference: str | None
    """The SCAR or case that it was about; null: not recorded."""
    state: ContactState
    """waiting, sent, or given up (dead)."""
    at: datetime
    """When its target took it, else when it was written (UTC)."""


class Book(NamedTuple):
    """What the ledger knows of suppliers at a moment."""

    scars: tuple[OpenScar, ...]
    """SCARs in force, the oldest first."""
    contacts: dict[str, tuple[Contact, ...]]
    """Letters by supplier, the oldest first."""
    levels: dict[str, int]
    """Level of controlled shipping in force, by `supplier/part`."""
    bands: dict[str, dict[str, Any]]
    """Rating band in force with what goes with it, by supplier."""

    def scars_of(
        self, supplier_id: str, part_id: str | None = None, symptom: str | None = None
    ) -> list[OpenScar]:
        """Those of a supplier, of one part or symptom if it is named."""
        return [
            one
            for one in self.scars
            if one.supplier_id == supplier_id
            and part_id in (None, one.part_id)
            and symptom in (None, one.symptom)
        ]


def read_book(book: Casebook, suppliers: Collection[str] | None = None) -> Book:
    """SCARs, letters, controlled shipping and bands in force; none named: of all suppliers."""

    def wanted(supplier_id: str) -> bool:
        return suppliers is None or supplier_id in suppliers

    with book.ledger.read() as connection:
        scars = [_scar(one.value, one.proposal_id, one.since)
                 for one in in_force(connection, "scar")]  # fmt: skip
        levels = in_force(connection, "controlled_shipping")
        bands = in_force(connection, "rating_band")
        contacts: dict[str, list[Contact]] = {}
        for made in proposals(connection, book.policy, states=("approved", "executed", "failed")):
            supplier_id = made.payload.get("supplier_id", "")
            if made.kind in _TO_SUPPLIERS and wanted(supplier_id):
                found = messages_of(connection, made.id)
                for one in found:
                    told = _contact(made, one.state, one.sent_at or one.made_at)
                    contacts.setdefault(supplier_id, []).append(told)
    return Book(
        scars=tuple(one for one in scars if wanted(one.supplier_id)),
        contacts={name: _in_order(some) for name, some in contacts.items()},
        levels={one.subject: int(one.value["level"]) for one in levels},
        bands={one.subject: one.value for one in bands if wanted(one.subject)},
    )


def _scar(value: dict[str, Any], proposal_id: str, since: datetime) -> OpenScar:
    terms = value.get("terms")
    return OpenScar(
        id=proposal_id,
        case_id=value.get("case_id"),
        supplier_id=value["supplier_id"],
        part_id=value["part_id"],
        lot_ids=tuple(value.get("lot_ids", ())),
        symptom=value["symptom"],
        due={
            step: datetime.fromisoformat(value["due"][step])
            for step in STEP_NAMES
            if step in value["due"]
        },
        terms=ResponseTerms.model_validate(terms) if terms else None,
        since=since,
    )


def _contact(made: Proposal, state: ContactState, at: datetime) -> Contact:
    return Contact(
        proposal_id=made.id,
        kind=made.kind,
        reason=made.payload.get("reason"),
        reference=made.payload.get("reference"),
        state=state,
        at=at,
    )


def _in_order(contacts: Sequence[Contact]) -> tuple[Contact, ...]:
    return tuple(sorted(contacts, key=lambda one: (one.at, one.proposal_id)))
