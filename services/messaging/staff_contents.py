"""What notes to our own people, and drafts for them to finish, need to be told."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.contract import Contract
from services.messaging.settings import Sender
from services.messaging.supplier_contents import Words
from services.time_zones import Zone


class Duty(Contract):
    """A legal duty that a report of danger may start."""

    country: str
    """Country (ISO 3166-1 alpha-2)."""
    authority: str
    """Whom to tell."""
    due_at: AwareDatetime | None
    """By when; null: no fixed limit, without undue delay."""


class Page(Contract):
    """A report of danger, to our own people, at once."""

    timezone: Zone
    """Time zone of the receiver (IANA)."""
    case_id: str
    """The case."""
    feedback_id: str
    """The report."""
    severity: int = Field(ge=4, le=5)
    """4 safety-relevant, 5 danger."""
    symptom: str
    """What was reported, in the receiver's language or as a code."""
    model_id: str | None
    """Model."""
    country: str | None
    """Country (ISO 3166-1 alpha-2)."""
    serial: str | None
    """Unit, where it is known."""
    aware_at: AwareDatetime
    """When the company first knew; legal clocks count from here."""
    quote: str
    """De-identified words of the report: untrusted."""
    quote_language: str | None
    """Language of these words (BCP 47)."""
    duties: tuple[Duty, ...]
    """Duties that may follow."""


class Affected(Contract):
    """Units in one country."""

    country: str
    """Country (ISO 3166-1 alpha-2)."""
    units: int = Field(ge=0)
    """Units sold there (count)."""


class AuthorityDraft(Contract):
    """A notice to an authority, as a draft for a person to finish and send."""

    sender: Sender
    """Who would sign."""
    timezone: Zone
    """Time zone of the authority (IANA)."""
    case_id: str
    """The case."""
    country: str
    """Country (ISO 3166-1 alpha-2)."""
    authority: str
    """Whom it is for."""
    legal_source: str
    """The rule that asks for it."""
    models: Annotated[tuple[str, ...], Field(min_length=1)]
    """Models concerned."""
    hazard: str
    """The danger, in the language of the notice or as a code."""
    reports: int = Field(ge=0)
    """Reports of it (count)."""
    injuries: int | None = Field(default=None, ge=0)
    """Injuries reported (count); null: not known."""
    affected: tuple[Affected, ...]
    """Units by country."""
    aware_at: AwareDatetime
    """When the company first knew."""
    due_at: AwareDatetime | None
    """By when the notice is due."""


class DueAction(Contract):
    """Something that somebody has to do."""

    id: str
    """The action."""
    case_id: str
    """Its case."""
    text: Words
    """What to do."""
    due_on: date
    """Last day."""
    overdue: bool
    """Whether that day has passed."""


class Reminder(Contract):
    """Actions that are due, to their owner."""

    owner: str
    """Who has to do them."""
    actions: Annotated[tuple[DueAction, ...], Field(min_length=1)]
    """What is due, the most urgent first."""


class Handover(Contract):
    """Where a case stands, to the person who takes it over."""

    timezone: Zone
    """Time zone of the receiver (IANA)."""
    case_id: str
    """The case."""
    symptom: str
    """What it is about, in the receiver's language or as a code."""
    severity: int = Field(ge=1, le=5)
    """1 cosmetic to 5 danger."""
    opened_at: AwareDatetime
    """When it was opened."""
    from_owner: str
    """Who had it."""
    to_owner: str
    """Who takes it."""
    done: tuple[str, ...]
    """Disciplines that are done (D0 to D8)."""
    open: tuple[str, ...]
    """Disciplines that are not."""
    actions: tuple[DueAction, ...]
    """Open actions."""
    proposals: tuple[str, ...]
    """Proposals that wait for approval."""
    judge_on: date | None
    """Day on which the effect is judged, once it is planned."""
    note: Words | None
    """What the person who hands over says."""


class StockBlock(Contract):
    """What a site is to hold back: neither built in nor shipped."""

    timezone: Zone
    """Time zone of the receiver (IANA)."""
    case_id: str
    """The case."""
    seen: str
    """What was seen, in the receiver's language or as a code."""
    part_id: str | None
    """The suspect part."""
    supplier_id: str | None
    """Who delivered it."""
    lot_ids: tuple[str, ...]
    """Suspect lots, where they are known."""
    received_from: date | None
    """First day of receipt."""
    received_to: date | None
    """Last day of receipt."""
    models: tuple[str, ...]
    """Models concerned, where not all are."""
    built_from: date | None
    """First day of build."""
    built_to: date | None
    """Last day of build."""
    stock: int = Field(ge=0)
    """Units in stock (count)."""
    in_transit: int = Field(ge=0)
    """Units on the way (count)."""
    loose_pieces: int = Field(ge=0)
    """Suspect parts in no unit (count)."""
    starts_at: AwareDatetime
    """From when on it holds."""
