"""What no triage run has read yet, found at a cost that does not grow with what was read before.

The last run's watermark names the hub commit that it read and its as-of day. New can only be what a
later load brought (late and back-dated rows too), or what the as-of day hid then; among those few
rows, the ones that the coder has read since they came are taken out.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from domain.contract import Contract
from services.hub.commits import CommitLog
from services.hub.snapshot import Snapshot

CODED_LOAD = "T-"
"""Loads that coding makes begin so."""
NEAR_DAYS = 30
"""Two pieces may tell of one event if no more days lie between them."""
QUERY_SECONDS = 300.0
SEPARATOR = "\x1f"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400_000_000


class Watermark(Contract):
    """How far the last run had read."""

    commit_id: str
    """The hub commit that it read, not the one that it made: a load may lie between the two."""
    as_of: date
    """The day up to which it saw rows."""


class FeedbackPiece(NamedTuple):
    """One piece of feedback as triage reads it."""

    feedback_id: str
    """Its identifier."""
    received_at: datetime
    """When it was received (UTC)."""
    country: str | None
    """Country (ISO 3166-1 alpha-2)."""
    language: str | None
    """Language that was recorded with it (BCP 47)."""
    model_id: str | None
    """Model."""
    serial: str | None
    """Unit, where it is known."""
    rating: int | None
    """Rating, 0 to 10."""
    hazard_flags: str | None
    """Dangers that whoever took it down has ticked."""
    text: str | None
    """De-identified words: untrusted."""
    author_key: str | None
    """Token of the author."""


class DangerClaim(NamedTuple):
    """A claim whose symptom stands for a danger."""

    claim_id: str
    """Its identifier."""
    reported_at: datetime
    """When it was reported (UTC)."""
    model_id: str | None
    """Model."""
    country: str | None
    """Country (ISO 3166-1 alpha-2)."""
    serial: str | None
    """Unit, where it is known."""
    symptom_code: str
    """Symptom."""
    finding: str | None
    """What the workshop noted: untrusted."""


class Neighbour(NamedTuple):
    """A piece read before, which may tell of the same event as a new one."""

    feedback_id: str
    """Its identifier."""
    received_at: datetime
    """When it was received (UTC)."""
    model_id: str | None
    """Model."""
    serial: str | None
    """Unit, where it is known."""
    text: str | None
    """De-identified words: untrusted."""
    author_key: str | None
    """Token of the author."""
    symptoms: tuple[str, ...]
    """Symptom codes that it reports as fact."""
    linked: bool
    """Whether it is linked to an older piece."""


def new_feedback(
    snapshot: Snapshot,
    log: CommitLog,
    since: Watermark | None,
    coder: str,
    *,
    own_load: str | None = None,
) -> list[FeedbackPiece]:
    """Feedback that this coder has not read since it came, oldest first.

    A row that an ingest has replaced counts as new until it is read again.

    Args:
        snapshot: what is visible.
        log: the hub's commits.
        since: how far the last run had read; None: everything is looked at.
        coder: the coder that codes now.
        own_load: the load under which this very run keeps its codes: what it had kept before it
            was cut off is new to it again, so that it comes to the same end.

    Raises:
        UnknownName: the watermark names no commit of this hub.
        TimeLimit, HubDamaged: as `Snapshot.arrays` says.
    """
    found = snapshot.arrays(
        "triage_new_feedback",
        seconds=QUERY_SECONDS,
        load_ids=_new_loads(log, since, snapshot.commit.number),
        after=since.as_of if since else None,
        coder=coder,
        own_load=own_load,
    )
    return [_piece(row) for row in _rows(found)]


def new_claims(snapshot: Snapshot, log: CommitLog, since: Watermark | None) -> int:
    """Claims that came since a watermark (count).

    Raises:
        UnknownName: the watermark names no commit of this hub.
    """
    rows = snapshot.query(
        "triage_new_claims",
        seconds=QUERY_SECONDS,
        load_ids=_new_loads(log, since, snapshot.commit.number),
        after=since.as_of if since else None,
    )
    return int(rows.values[0][0])


def danger_claims(
    snapshot: Snapshot, log: CommitLog, since: Watermark | None, codes: Sequence[str]
) -> list[DangerClaim]:
    """Claims with one of these symptoms that came since a watermark, newest first.

    A claim whose examination found no fault is left out.

    Raises:
        UnknownName: the watermark names no commit of this hub.
    """
    rows = snapshot.query(
        "triage_danger_claims",
        seconds=QUERY_SECONDS,
        load_ids=_new_loads(log, since, snapshot.commit.number),
        after=since.as_of if since else None,
        codes=list(codes),
    )
    return [
        DangerClaim(row[0], _EPOCH + timedelta(microseconds=row[1]), *row[2:])
        for row in rows.values
    ]


def neighbours(snapshot: Snapshot, pieces: Sequence[FeedbackPiece]) -> list[Neighbour]:
    """Pieces read before that lie within 30 days of new ones and share author, unit or model."""
    new = {piece.feedback_id for piece in pieces}
    whose = {
        "authors": _distinct(piece.author_key for piece in pieces),
        "serials": _distinct(piece.serial for piece in pieces),
        "model_ids": _distinct(piece.model_id or "" for piece in pieces),
        "silent_models": _distinct(
            piece.model_id or "" for piece in pieces if piece.author_key is None
        ),
    }
    found = []
    for first, last in _spans(pieces):
        rows = snapshot.arrays(
            "triage_neighbours", seconds=QUERY_SECONDS, first=first, last=last, **whose
        )
        found += [_neighbour(row) for row in _rows(rows) if row[0] not in new]
    return found


def _new_loads(log: CommitLog, since: Watermark | None, until: int) -> list[str]:
    """Loads after the watermark in order of commit; one of codes stands where it came last."""
    commits = log.all() if since is None else log.since(since.commit_id)
    places: dict[str, int] = {}
    for commit in commits:
        if commit.number > until:
            break
        if commit.load_id.startswith(CODED_LOAD):
            places[commit.load_id] = commit.number
        else:
            places.setdefault(commit.load_id, commit.number)
    return sorted(places, key=lambda load_id: places[load_id])


def _spans(pieces: Sequence[FeedbackPiece]) -> Iterator[tuple[int, int]]:
    """Stretches of time around the pieces, in microseconds: one late piece opens no years."""
    times = sorted(_microseconds(piece.received_at) for piece in pieces)
    reach = NEAR_DAYS * _DAY
    if not times:
        return
    first = last = times[0]
    for time in times[1:]:
        if time > last + 2 * reach:
            yield first - reach, last + reach
            first = time
        last = time
    yield first - reach, last + reach


def _rows(found: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.tolist() for column in found.values()), strict=True)


def _piece(row: tuple[Any, ...]) -> FeedbackPiece:
    feedback_id, received, country, language, model_id, serial, rating, *rest = row
    return FeedbackPiece(
        feedback_id,
        _EPOCH + timedelta(microseconds=received),
        country,
        language,
        model_id,
        serial,
        rating if rating >= 0 else None,
        *rest,
    )


def _neighbour(row: tuple[Any, ...]) -> Neighbour:
    feedback_id, received, model_id, serial, text, author_key, symptoms, linked = row
    return Neighbour(
        feedback_id,
        _EPOCH + timedelta(microseconds=received),
        model_id,
        serial,
        text,
        author_key,
        tuple(symptoms.split()) if symptoms else (),
        bool(linked),
    )


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _distinct(values: Iterable[str | None]) -> str | None:
    """Values as one text, which is bound a hundred times faster than a list; null: none."""
    found = sorted({value for value in values if value is not None})
    return SEPARATOR.join(found) if found else None
