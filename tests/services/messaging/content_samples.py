"""One letter of each kind with every value given, for tests that read them all."""

from datetime import UTC, date, datetime

from services.messaging.contents import Content, Kind
from services.messaging.settings import Sender
from services.messaging.staff_contents import (
    Affected,
    AuthorityDraft,
    DueAction,
    Duty,
    Handover,
    Page,
    Reminder,
    StockBlock,
)
from services.messaging.supplier_contents import (
    ControlledShippingEntry,
    ControlledShippingExit,
    Due,
    Measure,
    RatingChange,
    Scar,
    Supplier,
    SupplierMessage,
)

AT = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
_TO_SUPPLIER = {
    "supplier": Supplier(id="S-0042", name="Hanwei Power"),
    "sender": Sender(company="Our company", contact="Supplier quality"),
    "case_id": "C-7Q2M4KXA",
}
_THERE = {"timezone": "Asia/Shanghai"}
_PART = {"part_id": "P-PSU", "part_name": "Power supply 65"}
_ACTION = DueAction(
    id="A-3F6H8JKL",
    case_id="C-7Q2M4KXA",
    text="Check the stock at QDA",
    due_on=date(2026, 11, 20),
    overdue=True,
)

SAMPLES: dict[Content, Kind] = {
    "scar": Scar(
        **_TO_SUPPLIER,
        **_THERE,
        **_PART,
        lot_ids=("L-88", "L-89"),
        failures=36,
        units=1200,
        in_stock=415,
        received=2000,
        rejected=17,
        seen="NO_POWER",
        due=Due(
            d3=AT,
            d4_d5=datetime(2026, 12, 6, 13, 5, tzinfo=UTC),
            d6=datetime(2026, 12, 22, 13, 5, tzinfo=UTC),
            d8=datetime(2027, 1, 21, 13, 5, tzinfo=UTC),
        ),
    ),
    "supplier_message": SupplierMessage(
        **_TO_SUPPLIER,
        **_THERE,
        reason="question",
        part_id="P-PSU",
        step="D4",
        due_at=AT,
        words="Which reel was in use on line 3?",
    ),
    "rating_change": RatingChange(
        **_TO_SUPPLIER,
        old_band="B",
        new_band="C",
        effective_on=date(2026, 12, 1),
        window_from=date(2026, 5, 1),
        window_to=date(2026, 10, 31),
        measures=(
            Measure(name="ppm", value=5000.0),
            Measure(name="lot_rejection_rate", value=0.0325),
            Measure(name="on_time_delivery", value=0.915),
            Measure(name="response_days", value=17.5),
            Measure(name="claims", value=36),
        ),
        appeal_until=date(2026, 12, 15),
    ),
    "controlled_shipping_entry": ControlledShippingEntry(
        **_TO_SUPPLIER,
        **_THERE,
        **_PART,
        level=2,
        seen="NO_POWER",
        starts_at=AT,
        clean_lots=5,
        clean_days=30,
    ),
    "controlled_shipping_exit": ControlledShippingExit(
        **_TO_SUPPLIER, **_THERE, **_PART, level=1, ends_at=AT, clean_lots=6, clean_days=31
    ),
    "page": Page(
        timezone="Europe/Berlin",
        case_id="C-7Q2M4KXA",
        feedback_id="F-1009",
        severity=5,
        symptom="SMOKE_BURN",
        model_id="65Q8",
        country="DE",
        serial="SN-65Q8-000123",
        aware_at=AT,
        quote="Flammen hinter dem Fernseher",
        quote_language="de",
        duties=(
            Duty(country="US", authority="CPSC", due_at=AT),
            Duty(country="DE", authority="BAuA", due_at=None),
        ),
    ),
    "authority_draft": AuthorityDraft(
        sender=Sender(company="Our company", contact="Product safety"),
        timezone="America/New_York",
        case_id="C-7Q2M4KXA",
        country="US",
        authority="CPSC",
        legal_source="15 U.S.C. 2064(b)",
        models=("65Q8", "55Q7"),
        hazard="SMOKE_BURN",
        reports=3,
        injuries=0,
        affected=(Affected(country="US", units=18204), Affected(country="CA", units=977)),
        aware_at=AT,
        due_at=AT,
    ),
    "reminder": Reminder(owner="maria", actions=(_ACTION,)),
    "stock_block": StockBlock(
        timezone="Europe/Warsaw",
        case_id="C-7Q2M4KXA",
        seen="NO_POWER",
        part_id="P-PSU",
        supplier_id="S-0101",
        lot_ids=("L-0007", "L-0008"),
        received_from=date(2026, 3, 1),
        received_to=date(2026, 3, 9),
        models=("65Q8",),
        built_from=date(2026, 3, 4),
        built_to=date(2026, 4, 2),
        stock=12,
        in_transit=3,
        loose_pieces=240,
        starts_at=datetime(2026, 4, 3, 6, tzinfo=UTC),
    ),
    "handover": Handover(
        timezone="Asia/Tokyo",
        case_id="C-7Q2M4KXA",
        symptom="NO_POWER",
        severity=3,
        opened_at=AT,
        from_owner="maria",
        to_owner="kenji",
        done=("D1", "D2"),
        open=("D3",),
        actions=(_ACTION,),
        proposals=("PR-55",),
        judge_on=date(2027, 3, 1),
        note="The lab has four units.",
    ),
}
