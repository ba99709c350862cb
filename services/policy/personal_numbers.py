"""Numbers that name a person by their shape or check digit: phones, cards, accounts, identities.

Part numbers, serials, dates and readings have digits too. A number counts as personal if its shape
is one that phones of some country have, or if its check digit holds, and it does not stand right
behind a word such as "serial" or "part".
"""

import ipaddress
import re
from collections.abc import Callable

from services.policy import checksums
from services.policy.personal_cues import any_of, shortest, words
from services.policy.recogniser import Extent, Recogniser, value_of

FREE_START = r"(?<![A-Za-z0-9$€£¥])(?<![A-Za-z0-9][.,/_-])"
FREE_END = r"(?![A-Za-z0-9_]|[.,:/-][0-9])"
UNIT = re.compile(
    r"\s?(?:[€$£¥%°]|元|円|원|(?:eur|usd|gbp|pln|zł|km|miles|mi|hours|hrs|h|kwh|mah|v|w|hz|ml|"
    r"rpm|psi|mm|cm|cycles|stunden|heures|horas)(?![^\W_]))",
    re.IGNORECASE,
)
DAY_FIRST = re.compile(r"[0-3]?[0-9]([./ -])[01]?[0-9]\1(?:19|20)[0-9]{2}(?![0-9])")
YEAR_FIRST = re.compile(
    r"(?:19|20)[0-9]{2}([./ -]?)(?:0[1-9]|1[0-2])\1(?:[0-2][0-9]|3[01])(?![0-9])"
)
LINK = rf"(?:[\s:#.=(]|{any_of(words('number_words'))})"
THING = re.compile(rf"(?i:{any_of(words('things'))}){LINK}{{0,4}}$", re.IGNORECASE)
REACH = 40
"""How many characters before a number may hold the word that says what it is."""
SERIAL_START = FREE_START + r"(?<![+])"

PHONE_SHAPES = (
    r"\+ ?\(?[1-9][0-9]{0,14}(?:[ .\-/()]{1,3}[0-9]{1,12}){0,6}",
    r"00 ?[1-9][0-9]{0,14}(?:[ .\-/()]{1,3}[0-9]{1,12}){0,6}",
    r"(?:1[ .-]?)?(?:\([2-9][0-9]{2}\)[ .-]?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-]?[0-9]{4}",
    r"1[3-9][0-9]([ -]?)[0-9]{4}\1[0-9]{4}",
    r"\(?0[1-9][0-9]{0,4}(?:[ ./)-]{1,3}[0-9]{2,8}){1,4}",
    r"(?:0[4567][0-9]{8}|0[789]0[0-9]{8}|01[0-9]{9}|07[0-9]{9})",
    r"[5-9][0-9]{2} [0-9]{3} [0-9]{3}",
    r"[679][0-9]{2}(?:[ -][0-9]{2}){3}",
    r"3[2-9][0-9](?:[ .-]?[0-9]{7}|[ .][0-9]{6}| [0-9]{3} [0-9]{4})",
    r"\(?[1-9][0-9]\)? ?9[0-9]{4}-[0-9]{4}",
    r"8[ -]\(?[0-9]{3}\)?[ -]?[0-9]{3}[ -][0-9]{2}[ -]?[0-9]{2}",
)
CUED_PHONE = r"(?<![A-Za-z0-9])[+(]{0,2}[0-9][0-9 ()./-]{4,22}[0-9]" + FREE_END
PHONE_CUE = re.compile(rf"(?i:{any_of(words('phone'))})(?:{LINK}|[\"']){{0,6}}$", re.IGNORECASE)
EXTENSION = r"(?: ?(?:x|ext\.?) ?[0-9]{1,5}(?![0-9]))?"
CARD = SERIAL_START + r"(?:[3-6][0-9]{3}|2[2-7][0-9]{2}|1800|2131)(?:[ -]?[0-9]){8,15}" + FREE_END
CUED_CARD = r"(?<![A-Za-z0-9])[0-9](?:[ -]?[0-9]){10,18}" + FREE_END
CARD_CUE = re.compile(rf"(?i:{any_of(words('card'))}){LINK}{{0,6}}$", re.IGNORECASE)
IBAN_START = r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,30}"
VIN = r"(?<![A-Za-z0-9])[A-HJ-NPR-Za-hj-npr-z0-9]{13}[0-9]{4}(?![A-Za-z0-9])"
EUROPEAN_MAKER = re.compile(
    r"(?:W[A-Z]|VF[0-9]|VSS|ZFA|ZAR|ZFF|SA[JLR]|SB1|TMB|YV[0-9])[A-Z0-9]{14}"
)
IPV4 = r"(?<![A-Za-z0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![A-Za-z0-9]|\.[0-9])"
IPV6 = r"(?<![A-Za-z0-9:])[0-9A-Fa-f]{1,4}(?::{1,2}[0-9A-Fa-f]{1,4}){3,7}(?![A-Za-z0-9:])"
VERSION_WORD = re.compile(r"(?:version|firmware|software|release|build|fw|sw|ver|v)[\s:.#]*$", re.I)

Check = Callable[[str], bool]
IDENTITIES: dict[str, tuple[str, Check]] = {
    "china": (r"[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]", checksums.china_resident),
    "usa": (r"(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}", lambda _: True),
    "britain": (r"[A-CEGHJ-PR-TW-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]", lambda _: True),
    "spain": (r"(?:[0-9]{8}|[XYZ][0-9]{7})[ -]?[A-HJ-NP-TV-Z]", checksums.spain_person),
    "italy": (r"[A-Z]{6}[0-9]{2}[A-EHLMPR-T][0-9]{2}[A-Z][0-9]{3}[A-Z]", checksums.italy_person),
    "brazil": (r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", checksums.brazil_person),
    "poland": (r"[0-9]{2}[0-3289][0-9][0-3][0-9]{6}", checksums.poland_person),
    "korea": (r"[0-9]{2}[01][0-9][0-3][0-9]-[0-9]{7}", checksums.korea_person),
    "france": (
        r"[12] ?[0-9]{2} ?[01][0-9] ?[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
        checksums.france_person,
    ),
    "india": (r"[2-9][0-9]{3} [0-9]{4} [0-9]{4}", checksums.india_person),
}


def number_recognisers() -> tuple[Recogniser, ...]:
    """Recognisers that go by shape and check digit, in order of precedence."""
    identities = "|".join(f"(?P<{register}>{shape})" for register, (shape, _) in IDENTITIES.items())
    shapes = "|".join(
        shape.replace(r"([ -]?)", r"(?P<gap>[ -]?)").replace(r"\1", r"(?P=gap)")
        for shape in PHONE_SHAPES
    )
    return (
        Recogniser("iban", re.compile(IBAN_START), _iban, 3),
        Recogniser("card", re.compile(CARD), _card, 7),
        Recogniser("card", re.compile(CUED_CARD), _cued_card, 7, shortest(words("card"))),
        Recogniser("vin", re.compile(VIN), _vin, 3),
        Recogniser(
            "national_id", re.compile(SERIAL_START + f"(?:{identities})" + FREE_END), _identity, 3
        ),
        Recogniser("ip", re.compile(IPV4), _ipv4, 3),
        Recogniser("ip", re.compile(IPV6), _ipv6, 3, (":",)),
        Recogniser(
            "phone", re.compile(FREE_START + f"(?:{shapes})" + EXTENSION + FREE_END), _phone, 7
        ),
        Recogniser("phone", re.compile(CUED_PHONE), _cued_phone, 3, shortest(words("phone"))),
    )


def is_date(text: str) -> bool:
    """True for a text that begins with a calendar day."""
    return bool(DAY_FIRST.match(text) or YEAR_FIRST.match(text))


def _names_a_thing(match: re.Match[str]) -> bool:
    return _follows(THING, match)


def _follows(cue: re.Pattern[str], match: re.Match[str]) -> bool:
    start = match.start()
    return cue.search(match.string, max(0, start - REACH), start) is not None


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper()


def _identity(match: re.Match[str]) -> Extent | None:
    check = IDENTITIES[match.lastgroup or ""][1]
    if not check(_bare(match.group())) or _names_a_thing(match):
        return None
    return Extent(*match.span())


def _iban(match: re.Match[str]) -> Extent | None:
    length = checksums.IBAN_LENGTHS.get(match.group()[:2].upper())
    if length is None:
        return None
    places = [i for i, character in enumerate(match.group()) if character.isalnum()]
    if len(places) < length:
        return None
    end = places[length - 1] + 1
    if not checksums.iban(_bare(match.group()[:end])):
        return None
    return Extent(match.start(), match.start() + end)


def _card(match: re.Match[str]) -> Extent | None:
    digits = _bare(match.group())
    if checksums.ean13(digits) or not checksums.luhn(digits) or _names_a_thing(match):
        return None
    return value_of(match)


def _cued_card(match: re.Match[str]) -> Extent | None:
    return value_of(match) if _follows(CARD_CUE, match) else None


def _vin(match: re.Match[str]) -> Extent | None:
    text = match.group().upper()
    if not (checksums.vin(text) or EUROPEAN_MAKER.fullmatch(text)) or _names_a_thing(match):
        return None
    return value_of(match)


def _ipv4(match: re.Match[str]) -> Extent | None:
    octets = match.group().split(".")
    before = match.string[max(0, match.start() - 16) : match.start()]
    if any(int(octet) > 255 for octet in octets) or VERSION_WORD.search(before):
        return None
    return value_of(match) if len(match.group()) >= 10 else None


def _ipv6(match: re.Match[str]) -> Extent | None:
    try:
        ipaddress.IPv6Address(match.group())
    except ValueError:
        return None
    return value_of(match)


def _phone(match: re.Match[str]) -> Extent | None:
    text = match.group()
    digits = sum(map(str.isdigit, text))
    least = {"+": 8, "0": 11 if text.startswith("00") else 9}.get(text.lstrip("(")[0], 9)
    if not least <= digits <= 20 or is_date(text.lstrip("(")):
        return None
    if UNIT.match(match.string, match.end()) or _names_a_thing(match):
        return None
    return value_of(match)


def _cued_phone(match: re.Match[str]) -> Extent | None:
    text = match.group()
    digits = sum(map(str.isdigit, text))
    if not 6 <= digits <= 16 or is_date(text.lstrip("+(")) or not _follows(PHONE_CUE, match):
        return None
    return None if UNIT.match(match.string, match.end()) else value_of(match)
