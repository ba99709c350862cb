"""Street addresses, where a street word and a number, or words such as "I live at", show them."""

import re

from services.policy.personal_cues import any_of, shortest, words
from services.policy.recogniser import Extent, Recogniser, value_of

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĘĚĞİŁŃŇŌŐŘŚŠŞŤŮŰŹŻŽ"
PROPER = rf"[{UPPER}][\w'’.-]*"
FREE = r"(?<![\w.,-])"
UNIT_IN_HOUSE = r"(?:,? (?i:apt|apartment|suite|unit|flat)\.? ?#?[0-9A-Za-z]{1,5})?"
FRENCH_LINK = r"(?: (?:de|du|des|la|le|les|l'|d'))*"
ROMANCE_LINK = r"(?: (?i:de|del|da|do|dos|das|la|los|las|della|dei|n\.))*"
NUMBER_LAST = r",? (?:n[o.]? ?)?[0-9]{1,5}(?:[/ ][0-9]{1,4})?[A-Za-z]?(?![\w%])"
NUMBER_FIRST = r"[0-9]{1,4},? ?(?:bis|ter)?,? ?"

STREET_PATTERNS = {
    "before": (
        rf"{FREE}[0-9]{{1,5}}[A-Za-z]?,? (?:[NSEW]\.? )?(?:{PROPER} ){{1,4}}"
        rf"(?i:{any_of(words('streets', 'before'))}){UNIT_IN_HOUSE}"
    ),
    "joined": (
        rf"{FREE}(?:[{UPPER}][\w.-]* ){{0,2}}[\w-]*"
        rf"(?i:{'|'.join(map(re.escape, words('streets', 'joined')))})"
        r" ?[0-9]{1,4} ?[a-z]?(?![\w%])"
    ),
    "number_first": (
        rf"{FREE}{NUMBER_FIRST}(?i:{any_of(words('streets', 'number_first'))})"
        rf"{FRENCH_LINK} ?{PROPER}(?: {PROPER}){{0,3}}"
    ),
    "number_last": (
        rf"(?i:{any_of(words('streets', 'number_last'))}){ROMANCE_LINK} {PROPER}"
        rf"(?: (?:d[aeo]s? )?{PROPER}){{0,3}}{NUMBER_LAST}"
    ),
}
POST_BOX = r"(?i:p\.? ?o\.? ?box) [0-9]{1,7}"
CHINESE = (
    r"[\u4e00-\u9fff]{2,14}(?:路|街|大道|巷|弄|胡同) ?[0-9]{1,5} ?(?:号|弄|號)"
    r"(?:[0-9A-Za-z一-龯-]{0,12}[0-9](?:室|单元|楼|栋|号)?)?"
)
JAPANESE = (
    r"(?:[一-龯]{2,3}[都道府県])?[一-龯ヶ]{1,6}[市区町村][一-龯ぁ-んァ-ヶ0-9]{0,12}?[0-9]{1,4}"
    r"(?:丁目|-[0-9]{1,4}|番地?)(?:[0-9-]+(?:番地?|号)?){0,3}|〒 ?[0-9]{3}-?[0-9]{4}"
)
KOREAN = r"[가-힣]+(?:시|구|군|읍|면) +[가-힣0-9]+(?:로|길) ?[0-9]{1,4}(?:-[0-9]{1,4})?"
ARABIC = r"شارع [\u0621-\u064a]+(?: [\u0621-\u064a]+){0,2}(?:،? ?(?:رقم )?[0-9]{1,5})?"
SAID = (
    rf"(?i:{any_of(words('address_says'))}|{any_of(words('address_field'))} ?[:=是はは는])"
    r"\s*(?P<value>[^\n;!?。！？；\ue000]{3,90})"
)
OTHER_ADDRESS = re.compile(
    r"(?:ip|mail|e-mail|mac|web|bus|memory|modbus|i2c)[\s-]*$", re.IGNORECASE
)
SENTENCE_END = re.compile(r"\.\s+(?=[^\W\d_]{2,}\s+[^\W\d_]{2,}\s)")


def place_recognisers() -> tuple[Recogniser, ...]:
    """Recognisers of addresses, by the way a language writes them."""
    streets = (
        Recogniser("address", re.compile(pattern), _street, 0, shortest(words("streets", order)))
        for order, pattern in STREET_PATTERNS.items()
    )
    said = shortest((*words("address_says"), *words("address_field")))
    return (
        *streets,
        Recogniser("address", re.compile(POST_BOX), value_of, 0, ("box",)),
        Recogniser("address", re.compile(CHINESE), value_of, 0, ("号", "號", "弄")),
        Recogniser("address", re.compile(JAPANESE), value_of, 0, ("市", "区", "町", "村", "〒")),
        Recogniser("address", re.compile(KOREAN), value_of, 0, ("로", "길")),
        Recogniser("address", re.compile(ARABIC), value_of, 0, ("شارع",)),
        Recogniser("address", re.compile(SAID), _said, 0, said),
    )


def _street(match: re.Match[str]) -> Extent | None:
    text = match.group().lower()
    return None if text.endswith(words("not_streets")) else value_of(match)


def _said(match: re.Match[str]) -> Extent | None:
    start, end = match.span("value")
    value = match.group("value")
    before = match.string[max(0, match.start() - 12) : match.start()]
    if not any(map(str.isdigit, value)) or OTHER_ADDRESS.search(before):
        return None
    stop = SENTENCE_END.search(value)
    return Extent(start, start + stop.start()) if stop else Extent(start, end)
