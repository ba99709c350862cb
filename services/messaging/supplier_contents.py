"""What letters to suppliers need to be told: a value that is missing is an error, not a gap.

No record here has an address: receivers come from the supplier master. Moments are aware and shown
in the receiver's time zone and in UTC.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from domain.contract import Contract
from services.messaging.neutral import LONGEST
from services.messaging.settings import Sender
from services.time_zones import Zone

Words = Annotated[str, Field(min_length=1, max_length=LONGEST)]
"""What a person of ours wrote: as long as it is shown whole."""


class Supplier(Contract):
    """Who is written to, as the supplier master names them."""

    id: str
    """Supplier code."""
    name: str
    """Name."""


class _Letter(Contract):
    """What every letter to a supplier has."""

    supplier: Supplier
    """Who is written to."""
    sender: Sender
    """Who signs."""
    case_id: str
    """The case."""


class Due(Contract):
    """By when the disciplines of an 8D report are due."""

    d3: AwareDatetime
    """Containment."""
    d4_d5: AwareDatetime
    """Causes, and corrective actions chosen."""
    d6: AwareDatetime
    """Corrective actions in place."""
    d8: AwareDatetime
    """Report closed."""


class Scar(_Letter):
    """A corrective action request to a supplier."""

    timezone: Zone
    """Time zone of the receiver (IANA)."""
    part_id: str
    """The part."""
    part_name: str
    """Its name."""
    lot_ids: tuple[str, ...]
    """Lots under suspicion, where they are known."""
    failures: int = Field(ge=0)
    """Failed units that contain the parts concerned (count)."""
    units: int = Field(ge=0)
    """Units that contain the parts concerned (count)."""
    in_stock: int | None = Field(default=None, ge=0)
    """Parts concerned that are held back in our stock (count); null: not known."""
    received: int | None = Field(default=None, ge=0)
    """Parts received in the window that is spoken of (count); null: not counted."""
    rejected: int | None = Field(default=None, ge=0)
    """Those of them that incoming inspection rejected (count); null: not counted."""
    seen: str
    """What was seen, in the supplier's language or as a code."""
    due: Due
    """By when the answers are due."""

    @model_validator(mode="after")
    def _rejected_of_received(self) -> "Scar":
        if (self.received is None) != (self.rejected is None):
            raise ValueError("received and rejected go together")
        return self


class SupplierMessage(_Letter):
    """A reminder, a question or a reply to a supplier."""

    timezone: Zone
    """Time zone of the receiver (IANA)."""
    reason: Literal["reminder", "question", "reply"]
    """Why it is written."""
    part_id: str | None
    """The part, where it is about one."""
    step: str | None
    """The discipline that is awaited, for example `D3`."""
    due_at: AwareDatetime | None
    """By when the answer is, or was, due."""
    words: Words | None
    """The question or reply, in the words of the person who writes; a reminder has none."""

    @model_validator(mode="after")
    def _words_fit_the_reason(self) -> "SupplierMessage":
        if (self.reason == "reminder") != (self.words is None):
            raise ValueError("a question or a reply has words, and a reminder has none")
        return self


class Measure(Contract):
    """One figure that a rating rests on."""

    name: Literal["ppm", "lot_rejection_rate", "on_time_delivery", "response_days", "claims"]
    """What is measured."""
    value: float
    """Its value: ppm, share of 0 to 1, share of 0 to 1, days, count."""


class RatingChange(_Letter):
    """A supplier's rating goes to another band."""

    old_band: str
    """Band so far."""
    new_band: str
    """Band from now on."""
    effective_on: date
    """First day of the new band."""
    window_from: date
    """First day of what was rated."""
    window_to: date
    """Last day of what was rated."""
    measures: tuple[Measure, ...]
    """What the rating rests on."""
    appeal_until: date
    """Last day on which the supplier may object."""


class ControlledShippingEntry(_Letter):
    """Deliveries of a part have to be checked in addition from a day on."""

    timezone: Zone
    """Time zone of the receiver (IANA)."""
    part_id: str
    """The part."""
    part_name: str
    """Its name."""
    level: Literal[1, 2, 3]
    """1: the supplier checks every piece once more; 2: a third party does, at their cost; 3: as 2,
    and the managements of both sides meet."""
    seen: str
    """What was seen."""
    starts_at: AwareDatetime
    """From when on it holds."""
    clean_lots: int = Field(ge=1)
    """Lots without a defect that end it (count)."""
    clean_days: int = Field(ge=1)
    """Days without a defect that end it (days)."""


class ControlledShippingExit(_Letter):
    """The additional check ends."""

    timezone: Zone
    """Time zone of the receiver (IANA)."""
    part_id: str
    """The part."""
    part_name: str
    """Its name."""
    level: Literal[1, 2, 3]
    """The level that ends."""
    ends_at: AwareDatetime
    """From when on it no longer holds."""
    clean_lots: int = Field(ge=0)
    """Lots delivered without a defect (count)."""
    clean_days: int = Field(ge=0)
    """Days without a defect (days)."""
