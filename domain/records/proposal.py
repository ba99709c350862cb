"""A side effect that waits for a named person, and the exact things that may be proposed."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from domain.contract import Contract
from domain.records.cause import Condition
from domain.records.vision_threshold import ActivateVisionThreshold

ProposalState = Literal["proposed", "approved", "executed", "rejected", "expired", "failed"]
"""approved is not executed: an approved proposal may wait for a target that is down."""
ToolEffect = Literal["read", "record", "propose"]
"""What a tool may do: read; keep reversible internal records; propose."""
Decision = Literal["approve", "reject"]


class Ruling(Contract):
    """What one person decided on a proposal."""

    by: str
    """Who."""
    role: str
    """The role in which it was decided."""
    decision: Decision
    """Yes or no."""
    reason: str
    """Why, where it was said."""
    at: datetime
    """When (UTC)."""


class Attempt(Contract):
    """One try to carry an approved proposal out."""

    number: int
    """Which try, from 1."""
    outcome: Literal["done", "handed_over", "failed"]
    """handed_over: the rest is the outbox's."""
    detail: str
    """What happened."""
    at: datetime
    """When (UTC)."""


class Proposal(Contract):
    """Exactly what would be done, and who may say yes."""

    id: str
    """`P-` and eight base32 characters."""
    kind: str
    """Which handler would carry it out."""
    payload: dict[str, Any]
    """Exactly what would be done."""
    sha256: str
    """SHA-256 (hex) of the canonical JSON of kind and payload: this is what is approved."""
    risk: str
    """What could go wrong, in words."""
    approvers: tuple[str, ...]
    """Roles that may approve."""
    needed: int = 1
    """Different people that must approve (count)."""
    case_id: str | None = None
    """The case that it belongs to."""
    evidence: tuple[str, ...] = ()
    """Evidence ids that speak for it."""
    proposed_by: str = ""
    """Who proposed it: a person, or a run of the house."""
    proposed_at: datetime | None = None
    """When (UTC)."""
    expires_at: datetime
    """After this moment it can no longer be approved (UTC)."""
    state: ProposalState = "proposed"
    """Where it stands; executed is not the same as approved."""
    replaced_by: str | None = None
    """The proposal that an edit made of it; this one is then rejected."""
    rulings: tuple[Ruling, ...] = ()
    """What people decided, in order."""
    attempts: tuple[Attempt, ...] = ()
    """Tries to carry it out, in order."""


class Letter(Contract):
    """The exact words that would go out."""

    language: str
    """Language (BCP 47)."""
    subject: str
    """Subject line."""
    text: str
    """Body."""


class ResponseTerms(Contract):
    """By which limits the due moments of a SCAR were reckoned."""

    policy: str
    """Name of the set of limits."""
    severity: int = Field(ge=1, le=5)
    """Severity that it was reckoned for."""
    started_at: AwareDatetime
    """What the limits are counted from (UTC)."""


class IssueScar(Contract):
    """Ask a supplier for corrective action, with due dates."""

    supplier_id: str
    """Who is asked; the address is that of the supplier master."""
    part_id: str
    """The purchased part."""
    lot_ids: tuple[str, ...] = ()
    """Suspect lots, where they are known."""
    symptom: str
    """Symptom code."""
    due: dict[str, AwareDatetime]
    """Due moments by step (D3, D5, D6, D8; UTC)."""
    terms: ResponseTerms | None = None
    """By which limits they were reckoned; null: not recorded."""
    letter: Letter
    """The request as it goes out."""


class MessageSupplier(Contract):
    """Write to a supplier."""

    supplier_id: str
    """Who is written to; the address is that of the supplier master."""
    reason: str
    """Why: reminder, question, reply."""
    reference: str | None = None
    """The SCAR or case that it is about; null: neither."""
    letter: Letter
    """The message as it goes out."""


class ChangeRatingBand(Contract):
    """Put a supplier into another rating band."""

    supplier_id: str
    """The supplier."""
    band_before: str | None
    """Band in force; null: none yet."""
    band: Literal["A", "B", "C", "D"]
    """The new band."""
    reasons: tuple[str, ...]
    """Why, as facts."""
    letter: Letter | None = None
    """What the supplier is told; null: nothing."""


class EnterControlledShipping(Contract):
    """Have a supplier's part sorted before it ships."""

    supplier_id: str
    """The supplier."""
    part_id: str
    """The part."""
    level: Literal[1, 2, 3]
    """1: sorted by the supplier. 2: by a third party. 3: executive escalation."""
    exit_criteria: str
    """What ends it."""
    letter: Letter
    """The entry letter."""


class LeaveControlledShipping(Contract):
    """End the sorting of a supplier's part."""

    supplier_id: str
    """The supplier."""
    part_id: str
    """The part."""
    letter: Letter
    """The exit letter."""


class ActivateTestRecipe(Contract):
    """Put a version of a test recipe in force."""

    recipe_id: str
    """The recipe and its version."""
    model_id: str
    """Model that is tested."""
    country: str
    """Market that it is tested for."""
    line_id: str
    """Line that tests."""
    differences: tuple[str, ...]
    """What changes against the recipe in force."""


class BlockStock(Contract):
    """Stop units or lots from being used or shipped."""

    condition: Condition
    """What is blocked."""
    sites: tuple[str, ...] = Field(min_length=1)
    """Sites that have to act; each is told."""
    units: dict[str, int] = Field(default_factory=dict)
    """Units by state when it was proposed (count)."""
    letters: dict[str, Letter]
    """What each site is told, in its language."""

    @model_validator(mode="after")
    def _one_letter_a_site(self) -> Self:
        if set(self.sites) != self.letters.keys():
            raise ValueError("letters: there must be one for each site, and no other")
        return self


class CloseCase(Contract):
    """Close a case whose effect check came out effective."""

    case_id: str
    """The case."""
    check_id: str
    """The effect check."""
    evidence_id: str
    """Evidence of its verdict."""


class DismissCase(Contract):
    """End a case in which there turned out to be no trouble; a new sign opens a new one."""

    case_id: str
    """The case."""
    reason: str = Field(min_length=1)
    """What shows that there is no trouble, in a person's words."""


class AuthorityNotice(Contract):
    """Keep a notice to an authority as the version to submit; nothing is sent to the authority."""

    case_id: str
    """The case."""
    country: str
    """Country (ISO 3166-1 alpha-2)."""
    authority: str
    """Who has to be told."""
    due_at: AwareDatetime | None
    """When the duty ends (UTC); null: without undue delay."""
    letter: Letter
    """The draft."""


PAYLOADS: dict[str, type[Contract]] = {
    "issue_scar": IssueScar,
    "message_supplier": MessageSupplier,
    "change_rating_band": ChangeRatingBand,
    "enter_controlled_shipping": EnterControlledShipping,
    "leave_controlled_shipping": LeaveControlledShipping,
    "activate_test_recipe": ActivateTestRecipe,
    "activate_vision_threshold": ActivateVisionThreshold,
    "block_stock": BlockStock,
    "close_case": CloseCase,
    "dismiss_case": DismissCase,
    "dismiss_danger": DismissCase,
    "authority_notice": AuthorityNotice,
}
"""What may be proposed, by kind."""
