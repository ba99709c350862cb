"""Personal strings that a sign or a word announces: links, mail, order numbers, plates."""

import re

from services.policy.personal_cues import any_of, shortest, words
from services.policy.personal_numbers import LINK, UNIT, is_date
from services.policy.recogniser import Extent, PersonalKind, Recogniser, value_of

STOP = r"\s<>\"，。；！？、（）「」【】\ue000"
LINK_START = rf"(?:h(?:tt|xx)ps?|ftp)://[^{STOP}]+|(?<![\w@.-])www\.[\w-]+\.[^{STOP}]+"
BARE_LINK = (
    r"(?<![\w@.-])(?:[A-Za-z0-9-]+\.)+(?:com|net|org|io|me|cn|de|fr|es|it|pt|br|pl|jp|kr|uk|us|ru|sa|ae|"
    rf"eu|app|link|ly|gl|be|nl|tv|info)/[^{STOP}]+"
)
TRAILING = ".,;:!?)]}'*"

BOX = r"A-Za-z0-9À-ÖØ-öø-žЀ-ӿ._%+'-"
AT_WORD = r"(?i:[(\[{<]\s*(?:at|ät|arroba)\s*[)\]}>])"
DOT_WORD = r"(?i:[(\[{<]\s*(?:dot|punkt|punto|point|ponto)\s*[)\]}>]|\sdot\s)"
TOP = r"(?:[A-Za-z]{2,24}(?![A-Za-z])|中国|公司|网络|рф|한국|السعودية|امارات|みんな)"
HOST = r"[A-Za-z0-9À-žЀ-ӿ\u0621-\u064a\u3040-\u30ff\u4e00-\u9fff-]+\."
MAIL = (
    rf"(?<![{BOX}])[{BOX}]+\s?(?:@|&#64;)\s?(?:{HOST})+{TOP}"
    rf"|(?<![{BOX}])[{BOX}]+\s*{AT_WORD}\s*[\w-]+(?:(?:\.|\s*{DOT_WORD}\s*)[\w-]+)+"
    rf"|(?<![{BOX}])[{BOX}]+(?i:\sat\s)[\w-]+(?:(?i:\sdot\s)[\w-]+)+"
)
MAIL_SIGNS = (
    "@",
    "&#64;",
    "at)",
    "at]",
    "at}",
    "at>",
    "at )",
    "at ]",
    "ät)",
    "ät]",
    "arroba",
    " dot ",
)
NUMBER_WORD = any_of(words("number_words"))
CODE = (
    r"(?P<value>(?<![A-Za-z0-9])(?=(?:[A-Za-z/_-]*[0-9]){4})[A-Za-z0-9]+(?:[/_-][A-Za-z0-9]+)*)"
    r"(?![A-Za-z0-9]|[.,][0-9])"
)
PLAIN_CODE = r"(?P<value>[A-Za-z]{0,4}-?[0-9]{6,})(?![A-Za-z0-9-]|[.,][0-9])"
PLATE = (
    r"(?P<value>(?=[^\n]{0,3}[A-Za-z0-9])(?=.{0,8}[0-9])[A-Za-z\u0600-\u06ffА-Я0-9]{1,4}"
    r"(?:[ ·.-]?[A-Za-z\u0600-\u06ffА-Я0-9]{1,5}){1,3})(?![A-Za-z0-9])"
)
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
CHINESE_PLATE = rf"[{PROVINCES}][A-HJ-NP-Z][ ·]?[A-HJ-NP-Z0-9]{{5,6}}(?![A-Za-z0-9])"
JAPANESE_PLATE = (
    r"(?:ナンバー|車番)[はが: ]{0,3}"
    r"(?P<value>[一-龯ぁ-ん]{1,4} ?[0-9]{2,3} ?[ぁ-ん] ?[0-9・]{1,2}-?[0-9]{2})(?![0-9])"
)
CUED_VIN = (
    rf"(?i:{any_of(words('vin'))}){LINK}{{0,5}}(?P<value>(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])"
    r"[A-HJ-NPR-Za-hj-npr-z0-9*]{10,17})(?![A-Za-z0-9])"
)


def word_recognisers() -> tuple[Recogniser, ...]:
    """Recognisers of links, mail addresses, plates and cued numbers."""
    plates = any_of(words("plate"))
    cued_plate = rf"(?i:{plates}){LINK}{{0,5}}{PLATE}"
    return (
        Recogniser("url", re.compile(LINK_START, re.IGNORECASE), _link, 0, ("://", "www.")),
        Recogniser("url", re.compile(BARE_LINK, re.IGNORECASE), _link, 0, ("/",)),
        Recogniser("mail", re.compile(MAIL), value_of, 0, MAIL_SIGNS),
        Recogniser("vin", re.compile(CUED_VIN), value_of, 3, shortest(words("vin"))),
        Recogniser("plate", re.compile(cued_plate), _plate, 0, shortest(words("plate"))),
        Recogniser("plate", re.compile(JAPANESE_PLATE), value_of, 3, ("ナンバー", "車番")),
        Recogniser("plate", re.compile(CHINESE_PLATE), value_of, 3, tuple(PROVINCES)),
        *_coded("national_id"),
        *_coded("customer"),
        *_coded("order"),
    )


def _coded(kind: PersonalKind) -> tuple[Recogniser, ...]:
    """Numbers behind a noun ("order no. 123", "order 123456") or a noun that says number itself."""
    weak, strong = words(kind, "weak"), words(kind, "strong")
    mark = rf"(?:(?:[:#]|{NUMBER_WORD})[\s.:#]{{0,3}}){{1,4}}"
    marked = rf"(?i:{any_of(weak)})s?[ \t'\"]{{0,2}}{mark}{CODE}"
    plain = rf"(?i:{any_of(weak)})\s{{0,2}}{PLAIN_CODE}"
    named = rf"(?i:{any_of(strong)}){LINK}{{0,5}}{CODE}"
    gate = shortest(weak)
    return (
        Recogniser(kind, re.compile(marked), _code, 3, gate),
        Recogniser(kind, re.compile(plain), _code, 3, gate),
        Recogniser(kind, re.compile(named), _code, 3, shortest(strong)),
    )


def _link(match: re.Match[str]) -> Extent | None:
    text = match.group().rstrip(TRAILING)
    return Extent(match.start(), match.start() + len(text)) if len(text) > 4 else None


def _code(match: re.Match[str]) -> Extent | None:
    start, end = match.span("value")
    if is_date(match.string[start : end + 8]) or UNIT.match(match.string, end):
        return None
    return Extent(start, end)


def _plate(match: re.Match[str]) -> Extent | None:
    value = match.group("value")
    size = sum(map(str.isalnum, value))
    return value_of(match) if 4 <= size <= 10 and any(map(str.isdigit, value)) else None
