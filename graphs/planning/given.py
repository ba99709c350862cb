"""Figures and texts that a request gives: lot size, AQL, ratings of an FMEA, what stands in quotes.

Names are linked elsewhere; these are values that a tool takes as they are.
"""

import re
from collections.abc import Collection, Iterator

from graphs.planning.folding import folded
from graphs.planning.promises import promised
from graphs.planning.requests import quoted_in
from graphs.planning.understood import Mention

_COUNT = r"(\d{1,3}(?:[., ]\d{3})+|\d+)"
_ALONE = r"(?<![a-z0-9.,\-])"
"""Before a count that is no part of an identifier."""
_LOT = folded(
    r"(?:lot|lots|batch|los|losgro\w*|losumfang|taille (?:de |du )?lot|lote"
    r"|tamano (?:de |del )?lote|tamanho do lote|partia|partii|wielkosc partii|批量?"
    r"|ロット(?:サイズ)?|دفعه)"
)
_BAD = folded(
    r"(?:reject\w*|defect\w*|nonconform\w*|bad|faulty|fehler\w*|defekt\w*|ausschuss\w*|defaut\w*|rebut\w*"
    r"|defeitos?|defectos?|rechaz\w*|rejeit\w*|wad\w*|brak\w*|不良\w*|不合格\w*|个不良|معيب\w*)"
)
_SEVERITY_WORDS = (
    "severity|bedeutung|gravite|severite|severidad|severidade|gravidade|znaczenie"
    "|严重度|影響度|الشده"
)
_OCCURRENCE_WORDS = "occurrence|auftreten|ocurrencia|ocorrencia|wystepowanie|频度|発生度|الحدوث"
_DETECTION_WORDS = (
    "detection|entdeckung|deteccion|deteccao|wykrywalnosc|wykrycie|探测度|検出度|الكشف"
)
_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "lot_size",
        rf"{_LOT}\s*(?:size|of|de|von|von|wielkosc\w*|数|为|:|=)?\s*(?:of|de|von)?\s*{_COUNT}",
    ),
    (
        "lot_size",
        rf"{_ALONE}{_COUNT}\s*(?:pieces|pcs|parts|units|stuck|stk|pieces|piezas|pecas|sztuk|件|个|個|قطعه)",
    ),
    ("aql", r"(?:aql|nqa|nca)\s*(?:of|von|de|为|:|=)?\s*(\d+(?:[.,]\d+)?)"),
    ("level", r"(?:level|niveau|prufniveau|nivel|poziom|水平|水準)\s*(s-[1-4]|iii|ii|i)\b"),
    ("nonconforming", rf"{_ALONE}{_COUNT}\s*(?:\w+\s+|件|个|個|台)?{_BAD}"),
    ("nonconforming", rf"{_BAD}\s*(?::|=)?\s*{_COUNT}(?!\s*(?:%|ppm))"),
    (
        "clause",
        r"(?:clauses?|abschnitt|kapitel|articles?|clausula|seccion|secao|rozdzial|punkt|条款?|章节?|箇条|البند)"
        r"\s*((?:annex\s*)?[a-z]?\d+(?:\.\d+)*)",
    ),
    ("severity_rating", rf"(?:\b[sb]|{_SEVERITY_WORDS})\s*[:=]?\s*(\d{{1,3}})(?!\d)"),
    ("occurrence_rating", rf"(?:\b[oa]|{_OCCURRENCE_WORDS})\s*[:=]?\s*(\d{{1,3}})(?!\d)"),
    ("detection_rating", rf"(?:\b[de]|{_DETECTION_WORDS})\s*[:=]?\s*(\d{{1,3}})(?!\d)"),
)
_EDITION = re.compile(r"\s?[:\-]\s?((?:19|20)\d\d(?:\s?\+\s?A\d+(?::\d{4})?)*)")
_SEVERITY = {
    "tightened": r"tightened|verscharft\w*|renforce\w*|rigurosa|severa|obostrzon\w*|加严|きつい",
    "reduced": r"reduced|reduziert\w*|reduit\w*|reducida|atenuada|ulgow\w*|放宽|ゆるい",
}


def given(text: str) -> dict[str, str]:
    """Values by name, as text: counts without separators, figures with a decimal point.

    Names: lot_size, aql, level, severity, nonconforming, clause, severity_rating, occurrence_rating
    and detection_rating (of an FMEA, only all three together); most_missed, confidence and defects
    of a camera's threshold (`promises.py`).
    """
    plain = folded(text)
    found: dict[str, str] = {}
    for name, value in _values(plain):
        found.setdefault(name, value)
    ratings = [one for one in found if one.endswith("_rating")]
    if len(ratings) < 3:
        for one in ratings:
            del found[one]
    for name, pattern in _SEVERITY.items():
        if "aql" in found and re.search(pattern, plain):
            found["severity"] = name
    return found | promised(text)


def designations(text: str, mentions: Collection[Mention]) -> tuple[str, ...]:
    """Designations of standards, with the edition where it stands behind: `IEC 60335-1:2020`."""
    named = [one for one in mentions if one.kind == "standard"]
    editions = [_EDITION.match(text[one.end :]) for one in named]
    return tuple(
        dict.fromkeys(
            one.text if edition is None else f"{one.text}:{edition[1]}"
            for one, edition in zip(named, editions, strict=True)
        )
    )


def quoted(text: str) -> str:
    """The longest text in quotation marks, or what follows a colon at the end of a line."""
    longest = max(quoted_in(text), key=len, default="")
    _, _, below = text.partition(":\n")
    return max(longest, below.strip(), key=len)


def _values(plain: str) -> Iterator[tuple[str, str]]:
    for name, pattern in _PATTERNS:
        hit = re.search(pattern, plain)
        if hit is None:
            continue
        value = hit[1]
        if name in ("lot_size", "nonconforming"):
            value = re.sub(r"[., ]", "", value)
        elif name == "aql":
            value = value.replace(",", ".")
        elif name == "level":
            value = value.upper()
        yield name, value
