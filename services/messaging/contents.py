"""Every kind of message, with what it needs to be told."""

from typing import Literal

from services.messaging.staff_contents import AuthorityDraft, Handover, Page, Reminder, StockBlock
from services.messaging.supplier_contents import (
    ControlledShippingEntry,
    ControlledShippingExit,
    RatingChange,
    Scar,
    SupplierMessage,
)

Kind = Literal[
    "scar",
    "supplier_message",
    "rating_change",
    "controlled_shipping_entry",
    "controlled_shipping_exit",
    "page",
    "authority_draft",
    "reminder",
    "handover",
    "stock_block",
]
Content = (
    Scar
    | SupplierMessage
    | RatingChange
    | ControlledShippingEntry
    | ControlledShippingExit
    | Page
    | AuthorityDraft
    | Reminder
    | Handover
    | StockBlock
)
CONTENTS: dict[Kind, type[Content]] = {
    "scar": Scar,
    "supplier_message": SupplierMessage,
    "rating_change": RatingChange,
    "controlled_shipping_entry": ControlledShippingEntry,
    "controlled_shipping_exit": ControlledShippingExit,
    "page": Page,
    "authority_draft": AuthorityDraft,
    "reminder": Reminder,
    "handover": Handover,
    "stock_block": StockBlock,
}
"""What each kind of message needs."""
