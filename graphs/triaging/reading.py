"""What rules cannot judge, read by a model that has no tools and can only fill in typed fields.

It may raise a severity or add a symptom, never lower or remove one. A call that fails or is wrong
leaves the rules' reading. Nothing that a text orders reaches further than these fields.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from agents.prompting import prompt
from domain.contract import Contract
from graphs.triaging.coding import Batch, ReadPiece
from services.hub.coding import MODEL, NO_SYMPTOM, Code
from services.lexicon.coder import CLEAR
from services.lexicon.lexicon import policy
from services.model.chat import ChatModel
from services.model.errors import ModelDidNotAnswer, PersonalDataRefused
from services.model.gate import refuse_personal
from services.model.ledger import Budget, CostLedger
from services.model.message import Message, compact
from tools.needs.coded_feedback import SymptomCodes

TEXTS_A_CALL = 25
CALLS_A_THOUSAND = 12
"""Most requests for a thousand pieces read, retries and repairs included."""
SHOWN = 600
"""Most characters of a text that a model sees."""
LONG = 120
"""Bytes of words from which a text without a finding is worth a second look."""
LOW_RATING = 3
"""Rating (0 to 10) up to which a text without a finding is worth a second look."""
ANSWER_TOKENS = 2500
CONFIDENCE = 0.7
"""Of a model's reading: below that of clear words, above that of mixed ones."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


class Reading(Contract):
    """One symptom in one text, as a model reads it."""

    number: int
    """Number of the text."""
    symptom: Annotated[str, Field(max_length=40)]
    """Family of symptoms, of those listed, or `none`."""
    standing: Literal["fact", "denied", "feared", "none"]
    """How it stands."""
    severity: Annotated[int, Field(ge=0, le=5)]
    """1 to 5; 0 without a symptom."""
    language: Annotated[str, Field(max_length=12)]
    """Language of the text (ISO 639-1)."""
    orders: bool
    """Whether the text gives orders to its reader."""


class Readings(Contract):
    """What a model says of a few texts."""

    readings: Annotated[tuple[Reading, ...], Field(max_length=4 * TEXTS_A_CALL)]
    """One for each symptom of each text."""


class ModelReading(NamedTuple):
    """What a model's reading made of a batch."""

    batch: Batch
    """The batch, perhaps with more rows and graver ones, never with fewer."""
    asked: int
    """Pieces that a model was shown (count)."""
    requests: int
    """Requests that it took, retries and repairs included (count)."""
    unread: tuple[str, ...]
    """Pieces that a model should have read and did not: the rules' reading stands."""
    problems: tuple[str, ...]
    """Why it did not, each reason once."""


class _Answer(NamedTuple):
    told: dict[str, list[Reading]]
    """Readings by piece."""
    ordered: tuple[str, ...] = ()
    """Pieces that give orders to their reader."""
    problem: str = ""


async def read_by_model(
    batch: Batch, names: SymptomCodes, model: ChatModel, ledger: CostLedger
) -> ModelReading:
    """Let a model read what rules cannot judge.

    Args:
        batch: what the rules made of new pieces.
        names: the hub's codes.
        model: the model.
        ledger: where its requests are booked; its own limits hold too.
    """
    doubtful = in_doubt(batch.pieces)
    shown = [read for read in doubtful if _may_be_sent(read)]
    calls = max(1, len(batch.pieces) * CALLS_A_THOUSAND // 1000)
    share = ledger.branch(Budget(requests=calls))
    groups = _groups(shown, calls)
    answers = await asyncio.gather(*(_ask(group, model, share) for group in groups))
    told = {name: said for answer in answers for name, said in answer.told.items()}
    coder = f"{MODEL}{model.name}"
    pieces = tuple(with_readings(read, told, names, coder) for read in batch.pieces)
    ordered = (name for answer in answers for name in answer.ordered)
    suspicious = dict.fromkeys((*batch.suspicious, *ordered))
    return ModelReading(
        batch=batch._replace(pieces=pieces, suspicious=tuple(suspicious)),
        asked=sum(map(len, groups)),
        requests=share.spent.requests,
        unread=tuple(
            read.piece.feedback_id for read in doubtful if read.piece.feedback_id not in told
        ),
        problems=tuple(dict.fromkeys(answer.problem for answer in answers if answer.problem)),
    )


def in_doubt(pieces: Iterable[ReadPiece]) -> list[ReadPiece]:
    """Pieces that rules cannot judge, possible dangers first; copies are not read twice."""
    ranked = [(rank, read) for read in pieces if (rank := _doubt(read)) is not None]
    return [read for _, read in sorted(ranked, key=lambda pair: pair[0])]


def with_readings(
    read: ReadPiece, told: Mapping[str, Sequence[Reading]], names: SymptomCodes, coder: str
) -> ReadPiece:
    """A piece with what a model adds: graver or further symptoms, texts that rules cannot read."""
    rows: dict[str, Code] = {}
    for reading in told.get(read.piece.feedback_id, ()):
        row = _row(read, reading, names, coder)
        if row is not None:
            held = rows.get(row.symptom_code)
            rows[row.symptom_code] = row if held is None else max(held, row, key=_gravity)
    if len(rows) > 1:
        rows.pop(NO_SYMPTOM, None)
    return read._replace(codes=(*read.codes, *rows.values()))


def _doubt(read: ReadPiece) -> int | None:
    """How urgent a second look is, 0 most; None: there is no need of one."""
    text, coded = read.piece.text, read.coded
    if not text or (read.link is not None and read.link.kind != "same_event"):
        return None
    low = read.piece.rating is not None and read.piece.rating <= LOW_RATING
    if coded.hazard is not None and coded.confidence < CLEAR:
        return 0
    if coded.outcome == "queue":
        return 1 if low or read.piece.hazard_flags else 2
    if coded.outcome == "nothing_found":
        return 3 if low else 4 if len(text.encode()) >= LONG else None
    return None


def _may_be_sent(read: ReadPiece) -> bool:
    """One text that the gate would refuse must not keep back the others of its request."""
    try:
        refuse_personal({"messages": [{"role": "user", "content": read.piece.text or ""}]})
    except PersonalDataRefused:
        return False
    return True


def _groups(pieces: Sequence[ReadPiece], calls: int) -> list[Sequence[ReadPiece]]:
    """At most so many groups; texts that give orders come last and among themselves."""
    kinds = (
        [read for read in pieces if not read.coded.instructions],
        [read for read in pieces if read.coded.instructions],
    )
    groups = [
        some[start : start + TEXTS_A_CALL]
        for some in kinds
        for start in range(0, len(some), TEXTS_A_CALL)
    ]
    return list(groups[:calls])


async def _ask(group: Sequence[ReadPiece], model: ChatModel, ledger: CostLedger) -> _Answer:
    texts = {number: (read.piece.text or "")[:SHOWN] for number, read in enumerate(group, 1)}
    messages = [
        Message(
            role="system",
            content=prompt("read_feedback_rules", families=sorted(policy().symptoms)),
        ),
        # As JSON a text cannot pretend to end.
        Message(role="user", content=prompt("read_feedback", texts=compact(texts))),
    ]
    try:
        said = await model.complete(
            messages, ledger=ledger, schema=Readings, max_tokens=ANSWER_TOKENS
        )
    except ModelDidNotAnswer as error:
        return _Answer({}, problem=error.message)
    if said.value is None:
        return _Answer({}, problem="the reading of the language model could not be used")
    return _sorted_out(group, said.value.readings)


def _sorted_out(group: Sequence[ReadPiece], readings: Sequence[Reading]) -> _Answer:
    """Sound readings by piece; "nothing in it" is not believed beside a text that gives orders."""
    sound = [one for one in readings if 1 <= one.number <= len(group) and _is_sound(one)]
    ordered = {one.number for one in sound if one.orders}
    swayed = bool(ordered) or any(read.coded.instructions for read in group)
    told: dict[str, list[Reading]] = {}
    for one in sound:
        if not (swayed and one.standing == "none"):
            told.setdefault(group[one.number - 1].piece.feedback_id, []).append(one)
    names = tuple(group[number - 1].piece.feedback_id for number in sorted(ordered))
    return _Answer(told, names)


def _is_sound(reading: Reading) -> bool:
    """Whether symptom, standing and severity say one thing."""
    if reading.standing == "none":
        return reading.symptom == "none"
    return reading.symptom in policy().symptoms


def _row(read: ReadPiece, reading: Reading, names: SymptomCodes, coder: str) -> Code | None:
    """The row that a reading adds; None where it would add nothing, or take something away."""
    queued = read.coded.outcome == "queue"
    fact = reading.standing == "fact"
    if reading.standing == "none":
        believed = queued and not _is_suspect(read)
        return _code(read, reading, coder, NO_SYMPTOM, None) if believed else None
    symptom_code = names.code_of(reading.symptom)
    if not fact:
        severity = policy().worry if reading.standing == "feared" else None
        return _code(read, reading, coder, symptom_code, severity) if queued else None
    # The table's severity is the least: a model may raise it.
    severity = max(reading.severity, policy().symptoms[reading.symptom].severity)
    held = [code.severity or 0 for code in read.facts if code.symptom_code == symptom_code]
    if held and max(held) >= severity:
        return None
    return _code(read, reading, coder, symptom_code, severity)


def _is_suspect(read: ReadPiece) -> bool:
    """Whether "there is nothing in it" must not take a text from the person's list."""
    rating = read.piece.rating
    low = rating is not None and rating <= LOW_RATING
    return low or bool(read.piece.hazard_flags)


def _code(
    read: ReadPiece, reading: Reading, coder: str, symptom_code: str, severity: int | None
) -> Code:
    known = _LANGUAGE.fullmatch(reading.language)
    return Code(
        feedback_id=read.piece.feedback_id,
        coder=coder,
        symptom_code=symptom_code,
        severity=severity,
        language=read.coded.language or (reading.language if known else read.piece.language),
        negated=reading.standing == "denied",
        hypothetical=reading.standing == "feared",
        confidence=CONFIDENCE,
    )


def _gravity(code: Code) -> tuple[bool, int]:
    return not (code.negated or code.hypothetical), code.severity or 0
