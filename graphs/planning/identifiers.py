"""Identifiers that their shape gives away: standards, lots, serials, changes, and unknown ones."""

import re
from collections.abc import Iterable

from graphs.planning.understood import Mention, MentionKind

_BODY = (
    "ISO|IEC|CEI|EN|UL|CSA|GB|JIS|NOM|NMX|ANSI|ASTM|AS|NZS|SASO|KS|KC|IS|DIN|VDE|ABNT|NBR|PN|BS|CISPR"
    "|ETSI|IATF|NF|UNE|CNS|GSO|SANS|IRAM|SNI|TIS|TCVN|J"
)
_STANDARD = re.compile(
    rf"(?<![A-Za-z0-9])(?:(?:{_BODY})(?:(?:[ /\-]| ?/ ?)(?:{_BODY}|T|TS|TR))*[ \-]?(?:C22\.2 ?)?"
    r"(?:No\. ?)?[A-Z]?\d{3,6}|(?i:iso|iec|ul|iatf|din)[ \-]?\d{3,6})"
    r"(?:[-.]\d+)*(?:-[A-Z]{2,5}(?:-\d{4})?)?(?![A-Za-z0-9])"
)
_EDITION = re.compile(r"-(?:19|20)\d\d$")
_SHAPES: tuple[tuple[MentionKind, re.Pattern[str]], ...] = (
    ("change", re.compile(r"(?<![A-Za-z0-9])(?:ECN|ECO|ECR|PCN)-?\d{2,7}(?!\w)", re.I | re.A)),
    ("lot", re.compile(r"(?<![A-Za-z0-9])(?:LT|LOT)-\d{2,9}(?!\w)", re.I | re.A)),
    ("serial", re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,4}\d{7,12}(?!\w)", re.I | re.A)),
    ("line", re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,4}-L\d{1,2}(?![\w\-])", re.I | re.A)),
    ("station", re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,4}-L\d{1,2}-[A-Z]{2,4}(?!\w)", re.I | re.A)),
    ("supplier", re.compile(r"(?<![A-Za-z0-9])S-\d{3,5}(?!\w)", re.I | re.A)),
    (
        "model",
        re.compile(r"(?<![\w\-])(?:[A-Z]{2,3}-\d{3}[A-Z]?|\d{2}[A-Z]\d)(?![\w\-])", re.I | re.A),
    ),
)
_CODE = re.compile(r"(?<![A-Za-z0-9_])[A-Z]{2,}(?:_[A-Z0-9]+)+(?![A-Za-z0-9_])")
_TOKEN = re.compile(r"(?<![A-Za-z0-9\-])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", re.A)


def standards(text: str) -> list[Mention]:
    """Designations of standards as they are written, without the year of the edition."""
    found = []
    for hit in _STANDARD.finditer(text):
        said = _EDITION.sub("", hit[0])
        found.append(_mention("standard", said, (said,), hit.start()))
    return found


def shaped(text: str, kinds: Iterable[MentionKind]) -> list[Mention]:
    """Identifiers of some kinds by the shape that they usually have."""
    wanted = set(kinds)
    return [
        _mention(kind, hit[0], (hit[0].upper(),), hit.start())
        for kind, pattern in _SHAPES
        if kind in wanted
        for hit in pattern.finditer(text)
    ]


def lookalikes(text: str, kind: MentionKind, known: Iterable[str]) -> list[Mention]:
    """Words that are built like the known identifiers of a kind and are none of them."""
    names = {one.upper() for one in known if _mixed(one)}
    shapes = set(map(shape_of, names))
    return [
        _mention(kind, hit[0], (), hit.start())
        for hit in _TOKEN.finditer(text)
        if _mixed(hit[0]) and shape_of(hit[0]) in shapes and hit[0].upper() not in names
    ]


def symptom_codes(text: str, known: Iterable[str]) -> list[Mention]:
    """Words written like a symptom's code, such as NOT_COOLING; without ids if it is not known."""
    codes = set(known)
    return [
        _mention("symptom", hit[0], (hit[0],) if hit[0] in codes else (), hit.start())
        for hit in _CODE.finditer(text)
    ]


def near(name: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The known names most like one that is not known, likest first."""
    from rapidfuzz import fuzz, process

    found = process.extract(
        name.upper(), list(known), scorer=fuzz.ratio, limit=most, score_cutoff=50
    )
    return tuple(str(one) for one, _, _ in found)


def shape_of(name: str) -> str:
    """Letters as A, digits as 9, the rest as it is."""
    return re.sub(r"[A-Z]", "A", re.sub(r"\d", "9", name.upper()))


def _mixed(name: str) -> bool:
    has_letter = any(map(str.isalpha, name))
    return len(name) >= 4 and has_letter and any(map(str.isdecimal, name))


def _mention(kind: MentionKind, text: str, ids: tuple[str, ...], start: int) -> Mention:
    return Mention(kind=kind, text=text, ids=ids, start=start, end=start + len(text))
