"""When do a supplier's answers fall due, which are past due, and what comes next?"""

from datetime import UTC, datetime, time, timedelta

from pydantic import AwareDatetime, Field

from domain.clocks import Pause
from domain.contract import Contract
from domain.errors import InvalidArgument, UnknownName
from domain.records.case import StepName
from domain.records.evidence import Note
from domain.records.proposal import ResponseTerms
from services.policy.escalation import HOUSE, escalation
from tools.cases.book import casebook
from tools.names import resolve
from tools.suppliers.master import Master, master_of, place_of, supplier_named
from tools.suppliers.open_scars import Book, OpenScar, read_book
from tools.suppliers.scar_standing import Around, ScarStanding, reckoned, standing_of
from tools.suppliers.steps import Judged
from tools.suppliers.warrants import Warrant, rejects_above, trend
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

MOST_PAUSES = 50
NOBODY = Master("", "", None, "en", place_of(None))
"""Stands for a supplier where none is named: every day counts, in UTC."""


class ClockPause(Contract):
    """A time in which the clock stands, because we owe the supplier something."""

    start: AwareDatetime
    """Its begin, with its offset from UTC."""
    end: AwareDatetime | None = None
    """Its end; null: it lasts."""


class ScarClockQuery(Contract):
    """Which SCARs, or the start of one that is not issued yet."""

    supplier: str | None = None
    """Supplier code or name; null: all that the asker sees."""
    scar_id: str | None = None
    """Only this SCAR, by the proposal that issued it, for example `P-7Q2M4KXA`."""
    severity: int | None = Field(default=None, ge=1, le=5)
    """With `started_at`: reckon a clock for this severity, whether a SCAR is open or not."""
    started_at: AwareDatetime | None = None
    """With `severity`: what the limits are counted from, with its offset from UTC."""
    policy: str = HOUSE
    """Set of limits for `started_at`; a wrong name lists what there is."""
    pauses: tuple[ClockPause, ...] = Field(default=(), max_length=MOST_PAUSES)
    """Times in which the clock stood, agreed with the supplier; only with one SCAR."""
    answered: dict[StepName, AwareDatetime] = Field(default_factory=dict)
    """When steps were answered, which the ledger does not record; only with one SCAR."""
    at: AwareDatetime | None = None
    """The moment to judge by; null: the end of the as-of date if one was given, else now, and never
    before `started_at`."""
    deteriorating: bool = False
    """Whether `supplier_scorecard` found the supplier to deteriorate: trigger L3."""


class ScarClocks(Contract):
    """SCARs and how they stand."""

    supplier_id: str | None
    """The supplier that was asked about; null: all."""
    judged_at: AwareDatetime
    """The moment by which it is judged (UTC)."""
    scars: tuple[ScarStanding, ...]
    """SCARs in force, the latest first; or the one that was reckoned."""
    open: int
    """SCARs in force among them (count)."""
    past_due: int
    """Those with a step past due (count)."""
    warrants: tuple[Warrant, ...]
    """What asks for a SCAR of the supplier that was asked about."""
    policies: tuple[str, ...]
    """Sets of limits that there are."""
    rules_version: str
    """Version of ladder and limits: start of the SHA-256 of their file."""


@tool(effect="read", version=1)
def scar_clock(query: ScarClockQuery, context: ToolContext) -> Found[ScarClocks]:
    """When do a supplier's answers to SCARs fall due, how late are they, and what comes next?

    Call it for open SCARs of a supplier or of all, for whether a SCAR is needed, or with severity
    and start for the due moments of one that is not issued. It proposes a rung of the ladder and
    enters none: that is `draft_message`, `draft_scar` or `propose_action`.

    Raises:
        UnknownName: there is no such supplier, open SCAR or set of limits.
        InvalidArgument: a start without severity, a moment before the start, a wrong pause.
        NotPermitted: the ledger cannot be read here.
    """
    _check(query)
    supplier = supplier_named(context, query.supplier) if query.supplier else None
    judged = Judged(_moment(query, context), query.answered)
    pauses = tuple(Pause(one.start, one.end) for one in query.pauses)
    scars: list[ScarStanding] = []
    warrants: tuple[Warrant, ...] = ()
    if query.started_at is not None and query.severity is not None:
        terms = ResponseTerms(
            policy=query.policy, severity=query.severity, started_at=query.started_at
        )
        whom = supplier or NOBODY
        scars = [reckoned(whom, terms, judged, pauses, named=supplier is not None)]
    else:
        book = read_book(casebook(context), [supplier.id] if supplier else None)
        scars = _open(query, context, Around(judged, pauses, book, ()))
        if supplier:
            warrants = _warrants(query, context, supplier, book, judged)
    result = ScarClocks(
        supplier_id=supplier.id if supplier else None,
        judged_at=judged.at,
        scars=tuple(scars),
        open=sum(one.scar_id is not None for one in scars),
        past_due=sum(bool(one.past_due) for one in scars),
        warrants=warrants,
        policies=escalation().names,
        rules_version=escalation().version,
    )
    return Found(
        result=result, summary=_summary(result)[:SUMMARY_LIMIT], warnings=_warnings(result, query)
    )


def _check(query: ScarClockQuery) -> None:
    if (query.severity is None) != (query.started_at is None):
        raise InvalidArgument(
            "a clock is reckoned from both `severity` and `started_at`",
            next_step="give both, or neither for the SCARs in force",
        )
    if query.scar_id is not None and query.started_at is not None:
        raise InvalidArgument(
            "a SCAR that was issued has its start on record",
            next_step="leave `started_at` and `severity` out",
        )
    one = query.scar_id is not None or query.started_at is not None
    if (query.answered or query.pauses) and not one:
        raise InvalidArgument(
            "pauses and answers belong to one SCAR", next_step="name it by `scar_id`"
        )


def _moment(query: ScarClockQuery, context: ToolContext) -> datetime:
    """The moment to judge by (UTC)."""
    if query.at is not None:
        return query.at.astimezone(UTC)
    now = datetime.combine(context.snapshot.as_of + timedelta(days=1), time(), UTC)
    if not context.snapshot.as_of_given and context.memory.casebook is not None:
        now = context.memory.casebook.now()
    return max(now, query.started_at or now)


def _open(query: ScarClockQuery, context: ToolContext, around: Around) -> list[ScarStanding]:
    """SCARs in force at the moment that the asker may see, the latest first."""
    held = [
        one
        for one in around.book.scars
        if one.since <= around.judged.at and query.scar_id in (None, one.id)
    ]
    told = [
        found
        for name in sorted({one.supplier_id for one in held})
        if _is_visible(context, name)
        for found in _of_supplier(context, name, held, around)
    ]
    if query.scar_id is not None and not told:
        raise UnknownName("open SCAR", query.scar_id, (), "scar_clock")
    return sorted(told, key=lambda one: (-one.days_late, one.started_at, one.scar_id or ""))


def _of_supplier(
    context: ToolContext, supplier_id: str, held: list[OpenScar], around: Around
) -> list[ScarStanding]:
    supplier = master_of(context.snapshot, supplier_id)
    mine = [one for one in held if one.supplier_id == supplier_id]
    last = min(around.judged.at.date(), context.snapshot.as_of)
    warrants = rejects_above(context.snapshot, supplier_id, last, mine)
    known = around._replace(warrants=warrants)
    return [standing_of(one, supplier, known) for one in mine]


def _is_visible(context: ToolContext, supplier_id: str) -> bool:
    try:
        resolve(context, "supplier", [supplier_id])
    except UnknownName:
        return False
    return True


def _warrants(
    query: ScarClockQuery, context: ToolContext, supplier: Master, book: Book, judged: Judged
) -> tuple[Warrant, ...]:
    scars = book.scars_of(supplier.id)
    last = min(judged.at.date(), context.snapshot.as_of)
    found = rejects_above(context.snapshot, supplier.id, last, scars)
    return (*found, trend(scars)) if query.deteriorating else found


def _warnings(result: ScarClocks, query: ScarClockQuery) -> tuple[Note, ...]:
    notes = []
    if any(one.country is None for one in result.scars):
        text = "the country of a supplier is not recorded: every day counts, in UTC"
        notes.append(Note(code="country_unknown", text=text))
    if any(one.policy is None for one in result.scars):
        text = "the limits of a SCAR are not recorded: its due moments are those of its letter"
        notes.append(Note(code="limits_unknown", text=text))
    if any(one.confidence == "low" for one in result.scars):
        text = "no standard sets these limits: compare with the contract"
        notes.append(Note(code="low_confidence", text=text))
    if result.open and not query.answered:
        text = "answers of suppliers are not recorded: every step counts as open"
        notes.append(Note(code="answers_not_recorded", text=text))
    return tuple(notes)


def _summary(result: ScarClocks) -> str:
    moment = f"{result.judged_at:%Y-%m-%d %H:%M} UTC"
    if result.open == 0 and result.scars:
        due = ", ".join(
            f"{one.step} {one.due_at:%Y-%m-%d %H:%M}" if one.due_at else f"{one.step} paused"
            for one in result.scars[0].steps
        )
        return f"Due (UTC): {due}."
    asked = f" of {result.supplier_id}" if result.supplier_id else ""
    parts = [f"{result.open} SCARs{asked} in force, {result.past_due} past due at {moment}"]
    late = [one for one in result.scars if one.past_due]
    if late:
        first = late[0]
        rung = first.next.rung if first.next and first.next.rung else "none"
        steps = ", ".join(first.past_due)
        parts.append(f"{first.scar_id} {steps} {first.days_late} days late, next rung: {rung}")
    if result.warrants:
        named = ", ".join(f"{one.trigger} {one.part_id or ''}".strip() for one in result.warrants)
        parts.append(f"asks for a SCAR: {named}")
    return "; ".join(parts) + "."
