"""Reports of danger among what was read: they go to a person at once, however few they are."""

from collections.abc import Iterable

from domain.records.alarm import SafetySign
from graphs.triaging.coding import ReadPiece, is_fact
from services.hub.coding import MODEL, Code
from services.hub.uncoded import DangerClaim
from services.lexicon.coder import GRAVE
from services.lexicon.lexicon import policy
from tools.needs.coded_feedback import SymptomCodes

GRAVEST = 5
QUOTED = 400
"""Most characters of a quote."""


def safety_signs(pieces: Iterable[ReadPiece]) -> tuple[SafetySign, ...]:
    """Credible reports of severity 4 and 5, the gravest first, then the oldest.

    A copy of the same words by the same writer is the same report and left out, unless a danger
    was ticked with it; pieces that tell of one event in other words are all listed.
    """
    found = []
    for read in pieces:
        facts = read.facts
        copied = read.link is not None and read.link.kind == "exact"
        if not facts or (read.severity or 0) < GRAVE or (copied and not read.piece.hazard_flags):
            continue
        found.append(_sign(read, facts[0], read.severity or 0))
    return tuple(sorted(found, key=lambda sign: -sign.severity))


def claim_signs(claims: Iterable[DangerClaim], names: SymptomCodes) -> tuple[SafetySign, ...]:
    """Claims that stand for a danger: the workshop's code is a credible report by itself."""
    found = [
        SafetySign(
            feedback_id=one.claim_id,
            received_at=one.reported_at,
            severity=names.severity_of(one.symptom_code) or GRAVE,
            symptom=one.symptom_code,
            model_id=one.model_id,
            country=one.country,
            serial=one.serial,
            language=None,
            quote=(one.finding or "")[:QUOTED],
        )
        for one in claims
    ]
    return tuple(sorted(found, key=lambda sign: -sign.severity))


def feared_dangers(pieces: Iterable[ReadPiece]) -> tuple[SafetySign, ...]:
    """Dangers of severity 5 that are feared or asked about, not reported: for a person to read.

    The severity is that of the danger, were it real.
    """
    found = []
    for read in pieces:
        if (read.severity or 0) >= GRAVE or (read.link and read.link.kind == "exact"):
            continue
        feared = [code for code in read.codes if code.hypothetical]
        if feared and _feared_severity(read) >= GRAVEST:
            found.append(_sign(read, feared[0], GRAVEST))
    return tuple(found)


def _feared_severity(read: ReadPiece) -> int:
    hazards = policy().hazards
    kinds = (one.kind for one in read.coded.mentions if one.safety == "hypothetical")
    by_rules = [hazards[kind].severity for kind in kinds if kind in hazards]
    by_model = [
        family.severity
        for code in read.codes
        if code.hypothetical and code.coder.startswith(MODEL)
        for family in policy().symptoms.values()
        if code.symptom_code.upper() in family.codes
    ]
    return max((*by_rules, *by_model), default=0)


def _sign(read: ReadPiece, code: Code, severity: int) -> SafetySign:
    piece = read.piece
    assert is_fact(code) or code.hypothetical
    return SafetySign(
        feedback_id=piece.feedback_id,
        received_at=piece.received_at,
        severity=severity,
        symptom=code.symptom_code,
        model_id=piece.model_id,
        country=piece.country,
        serial=piece.serial,
        language=code.language,
        quote=(piece.text or "")[:QUOTED],
    )
