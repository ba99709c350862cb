"""What people write for a standard, as one name: `EN60335-2-40`, `din en iec 60335-2-40:2022`.

National prints of a European standard are that standard (DIN EN, BS EN, ÖNORM EN), and so is its
`EN IEC` form; `IEC/EN 62368-1` names two. A designation is a body, a number and perhaps an edition.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_DASHES = re.compile("[\u2010-\u2015\u2212\u00ad\ufe58\ufe63]")
_NATIONAL = (
    r"(?:(?:DIN|BS|NF|[ÖO]E?NORM|SN|UNE|PN|NEN|SS|DS|CEI|I\.S\.|UNI|NP|[ČC]SN|SFS|NS|EVS|TS|ELOT"
    r"|LST|LVS|STN|SIST|MSZ|SR|BDS|HRN)[ -]*)?"
)
_BODIES = (
    ("EN", _NATIONAL + r"(?:ETSI ?)?EN(?:[ -]?(?:ISO/IEC|IEC|ISO|CISPR))?"),
    ("AS/NZS", r"AS ?/ ?NZS(?: ?(?:IEC|ISO|CISPR))?|AS(?: ?(?:IEC|ISO|CISPR))?"),
    ("IS", r"IS(?: ?/ ?(?:IEC|ISO))?"),
    ("GSO", r"GSO(?: ?(?:IEC|ISO))?"),
    ("GOST", r"GOST(?: ?R)?(?: ?(?:IEC|ISO))?|ГОСТ(?: ?Р)?(?: ?(?:IEC|МЭК))?"),
    ("SANS", r"SANS(?: ?(?:IEC|ISO))?"),
    ("ISO", r"ISO ?/ ?(?:IEC|SAE|TS|TR)|ISO"),
    ("UL", r"(?:ANSI ?/ ?)?UL"),
    ("CSA", r"(?:CAN ?/ ?)?CSA[ -]*C22\.2[ -]*NO\.?|(?:CAN ?/ ?)?CSA|C22\.2[ -]*NO\.?"),
    ("ANSI", r"ANSI(?: ?/ ?(?:ASQ|AAMI|ASHRAE|CTA))?"),
    ("IEC", r"IEC(?: ?/ ?(?:TR|TS))?"),
    ("CISPR", r"CISPR"),
    ("GB", r"GB(?: ?/? ?[TZ])?"),
    ("SJ", r"SJ(?: ?/ ?T)?"),
    ("YY", r"YY(?: ?/ ?T)?"),
    ("JIS", r"JIS ?[A-Z]"),
    ("J", r"J"),
    ("KS", r"KS ?[A-Z]"),
    ("KC", r"KC|K"),
    ("NBR", r"(?:ABNT ?)?NBR(?: ?NM)?(?: ?(?:IEC|ISO))?"),
    ("UN R", r"(?:UN|ECE|UNECE) ?(?:REGULATION )?(?:R|NO\.?|R ?NO\.?)"),
    ("ASHRAE", r"ASHRAE"),
    ("IATF", r"IATF"),
    ("SASO", r"SASO"),
    ("CNS", r"CNS"),
    ("VDA", r"VDA"),
    ("NIST", r"NIST ?IR"),
    ("RSS", r"RSS"),
    ("ICES", r"ICES"),
    ("IFT", r"IFT"),
    ("AEC", r"AEC"),
    ("NOM", r"NOM"),
    ("NMX", r"NMX"),
    ("ASTM", r"ASTM"),
    ("AAMI", r"AAMI"),
    ("SAE", r"SAE"),
    ("IEEE", r"IEEE"),
    ("BS", r"BS"),
    ("DIN", r"DIN"),
)
_WORDS = frozenset({"IS", "AS/NZS"})
"""Bodies that are words of a language too: in a sentence they count in capitals only."""
_LETTERS = frozenset({"J", "K"})
"""Bodies of one letter: they count before a number of four digits or more."""
_LONG_NUMBER = 4
_DIVIDED = frozenset({"JIS", "KS"})
"""Bodies whose numbers count within a division, such as JIS C."""
_REGULATION = "UN R"
_ONE = "(?:" + "|".join(pattern for _, pattern in _BODIES) + ")"
_NUMBER = (
    r"(?:\d{3} \d{3}(?!\d)|[A-Z]{0,2}\d+[A-Z]{0,2}|GEN\b|[A-Z]-\d+)"
    r"(?:[-./]\d+[A-Z]?(?![A-Z0-9]))*(?:-[A-Z]{4,5}\b)?(?:[-.]\d+)*"
)
_PART = r"(?: ?\( ?PART (?P<part>\d+)(?: ?/ ?SEC(?:TION)?\.? ?(?P<sec>\d+))? ?\))?"
_YEAR = r"(?:[:(] ?(?P<year>(?:19|20)\d\d|\d\d(?!\d)))?"
_SPAN = r"(?:\.\.-?\d+)?"
_NAMED = re.compile(
    rf"(?<![A-Z0-9])(?P<bodies>{_ONE}(?: ?/ ?{_ONE})*)"
    rf"(?:[ -]?(?=\d)|[ -])(?P<number>{_NUMBER})"
    rf"{_PART}{_SPAN} ?{_YEAR}",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?P<title>\d+) ?CFR ?(?:PART )?(?P<part>\d+(?:\.\d+)?)"
    r"(?: ?SUBPART (?P<sub>[A-Z])\b)?(?: ?APP(?:ENDIX|\.) ?(?P<app>[A-Z]+\d?))?",
    re.IGNORECASE,
)
_FCC = re.compile(r"\bFCC ?(?:PART )?15 ?(?:SUBPART )?\.?(?P<sub>[BCE])\b", re.IGNORECASE)
_AMENDMENT = re.compile(r"[+/] ?\(?\+? ?(A(?:MD\.?)? ?\d+|AC)(?:[:] ?(\d{4}))?", re.IGNORECASE)
_ISSUE = re.compile(
    r"^[ ,(]*(?:ED(?:ITION|\.)? ?(\d+(?:\.\d+)?)|(\d+)(?:ST|ND|RD|TH)? ED(?:ITION|\.)?|ISSUE (\d+)"
    r"|V(\d+\.\d+\.\d+)|REV\.? ([A-Z])\b|第? ?(\d+) ?版)",
    re.IGNORECASE,
)
_LOOSE_YEAR = re.compile(r"^ ?((?:19|20)\d\d)$")
_LAST_YEAR = re.compile(r"^(.*\d.*)[-]((?:19|20)\d\d)$")
_MEMBERS = re.compile(r"^(?:[,/&] ?-(\d+))+")
_CENTURY = 2000


class Designation(NamedTuple):
    """A standard's name in one spelling."""

    body: str
    """Who publishes it; `EN` for every European form."""
    number: str
    """Number with parts, for example `60335-2-40`."""
    edition: str = ""
    """Year, edition, issue or version that was named."""
    amendments: tuple[str, ...] = ()
    """`A1:2013`, in the order written."""

    @property
    def name(self) -> str:
        """Body and number, without the edition."""
        return f"{self.body} {self.number}"

    def __str__(self) -> str:
        edition = f":{self.edition}" if self.edition else ""
        return self.name + edition + "".join(f"+{one}" for one in self.amendments)


def parse(text: str) -> tuple[Designation, ...]:
    """The designations in a text, in their order; the same one once.

    >>> [str(one) for one in parse("IEC/EN 62368-1:2014+A11:2017")]
    ['IEC 62368-1:2014+A11:2017', 'EN 62368-1:2014+A11:2017']
    """
    cleaned = clean(text)
    return tuple(dict.fromkeys((*_named(cleaned), *_codes(cleaned))))


def beside(text: str) -> str:
    """What a text says beside its designations.

    >>> beside("EN IEC 60335-2-24:2022 refrigerator noise")
    'refrigerator noise'
    """
    cleaned = clean(text)
    spans = [match.span() for match in _NAMED.finditer(cleaned) if not _is_prose(match)]
    spans += [match.span() for code in (_CODE, _FCC) for match in code.finditer(cleaned)]
    kept, end = [], 0
    for start, stop in sorted(spans):
        kept.append(cleaned[end:start])
        end = max(end, stop + len(_following(cleaned[stop:])))
    return " ".join("".join((*kept, cleaned[end:])).split())


def clean(text: str) -> str:
    """Text with plain characters, dashes and single spaces."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    spaced = re.sub(r"(?<=[\dA-Za-z]) ?- ?(?=\d)", "-", " ".join(plain.split()))
    return re.sub(r" ?: ?(?=\d)", ":", spaced)


def _named(text: str) -> Iterator[Designation]:
    for match in _NAMED.finditer(text):
        if _is_prose(match):
            continue
        number, year = _number(match)
        rest = text[match.end() :]
        edition = year or _issue(rest)
        amendments = tuple(_amendments(rest))
        for body in _bodies(match["bodies"]):
            if body == _REGULATION:
                number, _, series = number.partition("-")
                edition = edition or series
            yield Designation(body, number, edition, amendments)
            for part in _members(rest):
                yield Designation(body, f"{number.rsplit('-', 1)[0]}-{part}", edition, amendments)


def _is_prose(match: re.Match[str]) -> bool:
    written = str(match["bodies"])
    if written.upper() in _LETTERS:
        return sum(one.isdigit() for one in str(match["number"])) < _LONG_NUMBER
    whole = match.start() == 0 and match.end() == len(match.string)
    return not whole and not written.isupper() and not _WORDS.isdisjoint(_bodies(written))


class _Numbered(NamedTuple):
    number: str
    year: str


def _number(match: re.Match[str]) -> _Numbered:
    number, year = match["number"].upper().replace(" ", ""), match["year"] or ""
    if (split := _LAST_YEAR.match(number)) and not year:
        number, year = split[1], split[2]
    if "-" not in match["number"] or not number[:1].isalpha():
        number = re.sub(r"(?<=\d)\.(?=\d)", "-", number)
    for part in (match["part"], match["sec"]):
        number += f"-{part}" if part else ""
    short = len(year) == len("16")
    return _Numbered(number, str(_CENTURY + int(year)) if short else year)


def _bodies(text: str) -> list[str]:
    """Bodies of a chain such as `IEC/EN`."""
    known = _body(text)
    if known:
        return [known]
    parts = re.split(r" ?/ ?", text)
    for cut in range(len(parts) - 1, 0, -1):
        head = _body("/".join(parts[:cut]))
        if head:
            return [head, *_bodies("/".join(parts[cut:]))]
    return []


def _body(text: str) -> str | None:
    for body, pattern in _COMPILED:
        if pattern.fullmatch(text):
            return f"{body} {text[-1].upper()}" if body in _DIVIDED else body
    return None


def _issue(rest: str) -> str:
    found = _ISSUE.match(rest)
    if found:
        return next(group for group in found.groups() if group)
    loose = _LOOSE_YEAR.match(rest.rstrip())
    return loose[1] if loose else ""


def _amendments(rest: str) -> Iterator[str]:
    """Amendments that follow at once, such as `+A1:2019 + A2:2019`."""
    rest = rest.lstrip(" -/")
    while found := re.match(rf"[ (]*{_AMENDMENT.pattern}", rest, re.IGNORECASE):
        name = re.sub(r"[^A-Z0-9]|MD", "", found[1].upper())
        yield f"{name}:{found[2]}" if found[2] else name
        rest = rest[found.end() :].lstrip(" )")


def _following(rest: str) -> str:
    """Edition, amendments and further parts that follow a designation at once."""
    found = re.match(
        rf"(?:{_MEMBERS.pattern[1:]}|[ (/]*{_AMENDMENT.pattern})+", rest, re.IGNORECASE
    )
    after = found[0] if found else ""
    issue = _ISSUE.match(rest[len(after) :]) or _LOOSE_YEAR.match(rest[len(after) :])
    return after + (issue[0] if issue else "")


def _members(rest: str) -> list[str]:
    """Further parts of a series, such as `/-2/-3`."""
    found = _MEMBERS.match(rest)
    return re.findall(r"-(\d+)", found[0]) if found else []


def _codes(text: str) -> Iterator[Designation]:
    """Parts of the US Code of Federal Regulations."""
    for match in _CODE.finditer(text):
        steps = (match["title"], match["part"], match["sub"], match["app"])
        yield Designation("CFR", "-".join(step.upper() for step in steps if step))
    for match in _FCC.finditer(text):
        yield Designation("CFR", f"47-15-{match['sub'].upper()}")


_COMPILED = tuple((body, re.compile(pattern, re.IGNORECASE)) for body, pattern in _BODIES)
