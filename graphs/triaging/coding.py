"""New feedback read once, by rules: symptoms, severity, standing, and what tells the same twice.

Every piece that was read gets a row, so that the next run knows it: a symptom, `NONE` where it
names none, `UNREAD` where a person must read it. Read = coded + duplicate + quarantined, always.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from graphs.triaging.linking import Told, links_between
from services.hub.coding import NO_SYMPTOM, UNREAD, Code, Link, coding_load
from services.hub.uncoded import (
    FeedbackPiece,
    Neighbour,
    Watermark,
    neighbours,
    new_claims,
    new_feedback,
)
from services.lexicon.coder import code_text
from services.lexicon.lexicon import policy
from services.lexicon.reading import CodedText, Mention
from tools.needs.coded_feedback import SymptomCodes
from tools.tool import ToolContext

CODER = "rules-1"
"""The coder that codes now; with another name, all feedback is new to it."""
TICKED = 0.9
"""Confidence in a danger that was ticked and not told."""
_TICKS = re.compile(r"[\s,;|/]+")
_NO_TICKS = frozenset({"", "0", "no", "none", "n", "false", "null"})
_SAME_HAZARD = {"death": "injury"}
_UNKNOWN_HAZARD = "danger"


class ReadPiece(NamedTuple):
    """One piece and all that is read in it."""

    piece: FeedbackPiece
    """The piece; its words are untrusted."""
    coded: CodedText
    """What the rules make of its words."""
    codes: tuple[Code, ...]
    """Its rows, of the rules and perhaps of a model; never empty."""
    link: Link | None
    """The older piece that told the same, if there is one."""

    @property
    def severity(self) -> int | None:
        """The gravest severity by any reader; null: no fact is reported."""
        return max(
            (code.severity for code in self.codes if code.severity is not None), default=None
        )

    @property
    def facts(self) -> tuple[Code, ...]:
        """Symptoms that it reports as fact, the gravest first."""
        told = [code for code in self.codes if is_fact(code)]
        return tuple(sorted(told, key=lambda code: (-(code.severity or 0), code.symptom_code)))

    @property
    def waits(self) -> bool:
        """Whether a person must read it: no reader could."""
        return all(code.symptom_code == UNREAD for code in self.codes)


class Counts(NamedTuple):
    """What became of the pieces: read = coded + duplicate + quarantined."""

    read: int
    """Pieces (count)."""
    coded: int
    """Read for the first time, those without a symptom among them (count)."""
    duplicate: int
    """Linked to an older piece that told the same (count)."""
    quarantined: int
    """In a language that nobody could read here (count)."""


class Batch(NamedTuple):
    """What is new, read."""

    pieces: tuple[ReadPiece, ...]
    """New pieces, oldest first."""
    links: tuple[Link, ...]
    """Links from later to older pieces; some begin at pieces that were read before."""
    claims: int
    """New claims (count); their codes come with them."""
    suspicious: tuple[str, ...] = ()
    """Pieces that give orders to a reading machine; none is obeyed."""

    @property
    def codes(self) -> tuple[Code, ...]:
        """All rows of all pieces."""
        return tuple(code for read in self.pieces for code in read.codes)

    @property
    def counts(self) -> Counts:
        """What became of the pieces."""
        duplicate = sum(read.link is not None for read in self.pieces)
        quarantined = sum(read.link is None and read.waits for read in self.pieces)
        return Counts(
            len(self.pieces),
            len(self.pieces) - duplicate - quarantined,
            duplicate,
            quarantined,
        )

    @property
    def queue(self) -> tuple[str, ...]:
        """Pieces that a person must read."""
        return tuple(
            read.piece.feedback_id for read in self.pieces if read.link is None and read.waits
        )


def code_new(context: ToolContext, since: Watermark | None, run_id: str | None = None) -> Batch:
    """Read by rules what came since a watermark.

    Args:
        context: who asks, on which snapshot.
        since: how far the last run had read; None: everything that is not coded.
        run_id: the run that will keep the codes; one that was cut off after it had kept them reads
            the same pieces again, and ends as if nothing had happened.

    Raises:
        UnknownName: the watermark names no commit of this hub.
        TimeLimit, HubDamaged: as `Snapshot.arrays` says.
    """
    snapshot, log = context.snapshot, context.services.hub.log
    own_load = coding_load(run_id) if run_id else None
    pieces = new_feedback(snapshot, log, since, CODER, own_load=own_load)
    known = neighbours(snapshot, pieces)
    batch = code_pieces(pieces, known, SymptomCodes(context))
    return batch._replace(claims=new_claims(snapshot, log, since))


def code_pieces(
    pieces: Sequence[FeedbackPiece], known: Sequence[Neighbour], names: SymptomCodes
) -> Batch:
    """Code pieces by rules, and link those that tell again what an older one told.

    Args:
        pieces: new pieces.
        known: pieces read before that lie near them.
        names: the hub's codes.
    """
    seen: dict[tuple[str, str | None], CodedText] = {}
    read = []
    for piece in sorted(pieces, key=lambda piece: (piece.received_at, piece.feedback_id)):
        words = (piece.text or "", piece.language)
        coded = seen.get(words) or seen.setdefault(words, code_text(*words))
        read.append(ReadPiece(piece, coded, rules_say(piece, coded, names), None))
    links = links_between([_told(one) for one in read], [_known(one) for one in known])
    by_piece = {link.feedback_id: link for link in links}
    return Batch(
        pieces=tuple(one._replace(link=by_piece.get(one.piece.feedback_id)) for one in read),
        links=tuple(links),
        claims=0,
        suspicious=tuple(one.piece.feedback_id for one in read if one.coded.instructions),
    )


def rules_say(piece: FeedbackPiece, coded: CodedText, names: SymptomCodes) -> tuple[Code, ...]:
    """The rows that rules give a piece: one a symptom, and a fact goes before a doubt of it."""
    rows: dict[str, Code] = {}
    for code in (*_told_rows(piece, coded, names), *_ticked_rows(piece, coded, names)):
        held = rows.get(code.symptom_code)
        if held is None or _order(code) > _order(held):
            rows[code.symptom_code] = code
    if rows:
        return tuple(rows.values())
    waits = coded.outcome == "queue" and bool((piece.text or "").strip())
    language = coded.language or piece.language
    alone = UNREAD if waits else NO_SYMPTOM
    return (_row(piece, alone, None, language)._replace(confidence=coded.confidence),)


def is_fact(code: Code) -> bool:
    """Whether a row tells of a symptom as a fact."""
    stands = not (code.negated or code.hypothetical)
    return stands and code.symptom_code not in (NO_SYMPTOM, UNREAD)


def _told_rows(piece: FeedbackPiece, coded: CodedText, names: SymptomCodes) -> Iterable[Code]:
    for mention in coded.mentions:
        if mention.safety not in ("asserted", "negated", "hypothetical"):
            continue
        row = _row(piece, names.code_of(_family(mention)), _weight(mention), coded.language)
        yield row._replace(
            negated=mention.safety == "negated",
            hypothetical=mention.safety == "hypothetical",
            confidence=coded.confidence,
        )


def _ticked_rows(piece: FeedbackPiece, coded: CodedText, names: SymptomCodes) -> Iterable[Code]:
    """Dangers that were ticked: somebody saw fit to, whatever the words say."""
    hazards = policy().hazards
    for tick in _TICKS.split((piece.hazard_flags or "").lower()):
        if tick in _NO_TICKS:
            continue
        kind = _SAME_HAZARD.get(tick, tick)
        known = hazards.get(kind) or hazards[_UNKNOWN_HAZARD]
        language = coded.language or piece.language
        row = _row(piece, names.code_of(known.symptom), known.severity, language)
        yield row._replace(confidence=TICKED)


def _row(
    piece: FeedbackPiece, symptom_code: str, severity: int | None, language: str | None
) -> Code:
    return Code(
        feedback_id=piece.feedback_id,
        coder=CODER,
        symptom_code=symptom_code,
        severity=severity,
        language=language,
        negated=False,
        hypothetical=False,
        confidence=0.0,
    )


def _order(code: Code) -> tuple[bool, int, bool]:
    """Which of two rows of one symptom says more."""
    return is_fact(code), code.severity or 0, code.hypothetical


def _family(mention: Mention) -> str:
    hazard = policy().hazards.get(mention.kind)
    return hazard.symptom if hazard else mention.kind


def _weight(mention: Mention) -> int | None:
    """Severity of one mention by the policy table, as the rule coder weighs a text's gravest."""
    table = policy()
    hazard = table.hazards.get(mention.kind)
    if mention.safety == "asserted":
        if hazard is None:
            return table.symptoms[mention.kind].severity
        return min(hazard.severity, table.near_miss) if mention.near_miss else hazard.severity
    return table.worry if hazard and mention.safety == "hypothetical" else None


def _told(read: ReadPiece) -> Told:
    piece = read.piece
    return Told(
        feedback_id=piece.feedback_id,
        received_at=piece.received_at,
        model_id=piece.model_id,
        serial=piece.serial,
        author_key=piece.author_key,
        text=piece.text,
        symptoms=tuple(code.symptom_code for code in read.facts),
        state="new",
    )


def _known(known: Neighbour) -> Told:
    return Told(
        feedback_id=known.feedback_id,
        received_at=known.received_at,
        model_id=known.model_id,
        serial=known.serial,
        author_key=known.author_key,
        text=known.text,
        symptoms=known.symptoms,
        state="linked" if known.linked else "known",
    )
