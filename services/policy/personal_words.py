"""Personal strings that a sign or a word announces: links, mail, order numbers, plates, addresses."""

import re

from services.policy.personal_cues import any_of, shortest, words
from services.policy.personal_names import name_recognisers
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
MAIL = (
    rf"(?<![{BOX}])[{BOX}]+\s?(?:@|&#64;)\s?(?:[A-Za-z0-9À-žЀ-ӿ\u0621-\u064a\u3040-\u30ff\u4e00-\u9fff-]+\.)+{TOP}"
    rf"|(?<![{BOX}])[{BOX}]+\s*{AT_WORD}\s*[\w-]+(?:(?:\.|\s*{DOT_WORD}\s*)[\w-]+)+"
    rf"|(?<![{BOX}])[{BOX}]+(?i:\sat\s)[\w-]+(?:(?i:\sdot\s)[\w-]+)+"
)
NUMBER_WORD = any_of(words("number_words"))
CODE = (
    r"(?P<value>(?<![A-Za-z0-9])(?=(?:[A-Za-z/_-]*[0-9]){3})[A-Za-z0-9]+(?:[/_-][A-Za-z0-9]+)*)"
    r"(?![A-Za-z0-9]|[.,][0-9])"
)
PLAIN_CODE = r"(?P<value>[A-Za-z]{0,4}-?[0-9]{6,})(?![A-Za-z0-9-]|[.,][0-9])"
PLATE = (
    r"(?P<value>(?=[^\n]{0,3}[A-Za-z0-9])(?=.{0,8}[0-9])[A-Za-z\u0600-\u06ffА-Я0-9]{1,4}"
    r"(?:[ ·.-]?[A-Za-z\u0600-\u06ffА-Я0-9]{1,5}){1,3})(?![A-Za-z0-9])"
)
CHINESE_PLATE = r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][ ·]?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])"
JAPANESE_PLATE = r"[一-龯ぁ-ん]{1,4} ?[0-9]{2,3} ?[ぁ-ん] ?[0-9・]{1,2}-?[0-9]{2}(?![0-9])"
CUED_VIN = (
    rf"(?i:{any_of(words('vin'))}){LINK}{{0,5}}(?P<value>(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])"
    r"[A-HJ-NPR-Za-hj-npr-z0-9*]{10,17})(?![A-Za-z0-9])"
)

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĘĚĞİŁŃŇŌŐŘŚŠŞŤŮŰŹŻŽ"
PROPER = rf"[{UPPER}][\w'’.-]*"
DRIVE = re.compile(r"(?:wheel|hard|disk|disc|flash|google|usb|front|rear|test|belt|direct|tape|chain|one) drive$", re.I)
STREETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (rf"(?<![\w.,-])[0-9]{{1,5}}[A-Za-z]?,? (?:[NSEW]\.? )?(?:{PROPER} ){{1,4}}"
     r"(?i:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|way|terrace|crescent|square|"
     r"highway|hwy)(?![A-Za-z])(?:,? (?i:apt|apartment|suite|unit|flat)\.? ?#?[0-9A-Za-z]{1,5})?",
     (" st", " av", " road", " rd", " lane", " ln", " dr", " bo", " bl", " ct", " co", " way", " te", " cr", " sq", " hi", " hw")),
    (r"(?i:p\.? ?o\.? ?box) [0-9]{1,7}", ("box",)),
    (rf"(?:[{UPPER}][\w.-]* ){{0,2}}[{UPPER}]?[\w-]*(?i:straße|strasse|str\.|gasse|allee|platz|weg)"
     r" ?[0-9]{1,4} ?[a-z]?(?![\w%])",
     ("straße", "strasse", "str.", "gasse", "allee", "platz", "weg")),
    (r"(?<![\w.,-])[0-9]{1,4},? ?(?:bis|ter)?,? ?(?i:rue|avenue|boulevard|place|chemin|impasse|allée|quai|route)"
     rf"(?: (?:de|du|des|la|le|les|l'|d'))* ?{PROPER}(?: {PROPER}){{0,3}}",
     ("rue", "avenue", "boulevard", "place", "chemin", "impasse", "allée", "quai", "route")),
    (r"(?<![^\W_])(?i:calle|avenida|avda\.?|plaza|paseo|rua|travessa|praça|via|viale|piazza|corso|ul\.|ulica|ulicy)"
     rf"(?: (?i:de|del|da|do|dos|das|la|los|las|della|dei|n\.))* {PROPER}(?: (?:d[aeo]s? )?{PROPER}){{0,3}},?"
     r" (?:n[o.]? ?)?[0-9]{1,5}(?:[/ ][0-9]{1,4})?[A-Za-z]?(?![\w%])",
     ("calle", "avenida", "avda", "plaza", "paseo", "rua", "travessa", "praça", "via", "piazza", "corso", "ul.", "ulic")),
    (r"[\u4e00-\u9fff]{2,14}(?:路|街|大道|巷|弄|胡同) ?[0-9]{1,5} ?(?:号|弄|號)"
     r"(?:[0-9A-Za-z一-龯-]{0,12}[0-9](?:室|单元|楼|栋|号)?)?", ("号", "號", "弄")),
    (r"〒 ?[0-9]{3}-?[0-9]{4}", ("〒",)),
    (r"(?:[一-龯]{2,3}[都道府県])?[一-龯ヶ]{1,6}[市区町村][一-龯ぁ-んァ-ヶ0-9]{0,12}?[0-9]{1,4}"
     r"(?:丁目|-[0-9]{1,4}|番地?)(?:[0-9-]+(?:番地?|号)?){0,3}", ("市", "区", "町", "村")),
    (r"[가-힣]+(?:시|구|군|읍|면) +[가-힣0-9]+(?:로|길) ?[0-9]{1,4}(?:-[0-9]{1,4})?", ("로", "길")),
    (r"شارع [\u0621-\u064a]+(?: [\u0621-\u064a]+){0,2}(?:،? ?(?:رقم )?[0-9]{1,5})?", ("شارع",)),
)  # fmt: skip
ADDRESS_CUE = (
    r"(?i:(?<![^\W_])(?:my (?:home )?address is|i live at|address ?:|adresse ?:|anschrift ?:|ich wohne in der|"
    r"mon adresse est|j'habite au|dirección ?:|mi dirección es|vivo en la|endereço ?:|meu endereço é|moro na|"
    r"indirizzo ?:|abito in|adres ?:|mój adres to|mieszkam przy)|地址 ?[:是]|住址 ?[:是]|住所 ?[:は]|주소 ?[:는]|العنوان ?:|عنواني)"
    r"\s*(?P<value>[^\n;!?。！？；\ue000]{3,90})"
)
OTHER_ADDRESS = re.compile(r"(?:ip|mail|e-mail|mac|web|bus|memory|modbus|i2c)[\s-]*$", re.IGNORECASE)
SENTENCE_END = re.compile(r"\.\s+(?=[^\W\d_]{2,}\s+[^\W\d_]{2,}\s)")


def word_recognisers() -> tuple[Recogniser, ...]:
    """Recognisers that go by a sign or a cue word, in order of precedence within a kind."""
    plates = any_of(words("plate"))
    return (
        Recogniser("url", re.compile(LINK_START, re.I), _link, 0, ("://", "www.")),
        Recogniser("url", re.compile(BARE_LINK, re.I), _link, 0, ("/",)),
        Recogniser("mail", re.compile(MAIL), value_of, 0, ("@", "&#64;", "at)", "at]", "at}", "at>",
                                                           "ät)", "ät]", "arroba", " dot ", "at )", "at ]")),
        Recogniser("vin", re.compile(CUED_VIN), value_of, 3, shortest(words("vin"))),
        Recogniser("plate", re.compile(rf"(?i:{plates}){LINK}{{0,5}}{PLATE}"), _plate, 0, shortest(words("plate"))),
        Recogniser("plate", re.compile(rf"(?:ナンバー|車番)[はが: ]{{0,3}}(?P<value>{JAPANESE_PLATE})"), value_of, 3),
        Recogniser("plate", re.compile(CHINESE_PLATE), value_of, 0, tuple("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼")),
        *_coded("national_id"),
        *_coded("customer"),
        *_coded("order"),
        *(Recogniser("address", re.compile(shape), _street, 0, cues) for shape, cues in STREETS),
        Recogniser("address", re.compile(ADDRESS_CUE), _address, 0,
                   ("address", "adres", "i live", "wohne", "anschrift", "habite", "direcci", "vivo", "endere",
                    "moro", "indirizzo", "abito", "mieszkam", "址", "住所", "주소", "عنوان")),
        *name_recognisers(),
    )  # fmt: skip


def _coded(kind: PersonalKind) -> tuple[Recogniser, ...]:
    """Numbers behind a noun ("order no. 123", "order 123456") or a noun that says number itself."""
    weak, strong = words(kind, "weak"), words(kind, "strong")
    marked = rf"(?i:{any_of(weak)})s?[ \t'\"]{{0,2}}(?:(?:[:#]|{NUMBER_WORD})[\s.:#]{{0,3}}){{1,4}}{CODE}"
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


def _street(match: re.Match[str]) -> Extent | None:
    return None if DRIVE.search(match.group()) else value_of(match)


def _address(match: re.Match[str]) -> Extent | None:
    start, end = match.span("value")
    value = match.group("value")
    before = match.string[max(0, match.start() - 12) : match.start()]
    if not any(map(str.isdigit, value)) or OTHER_ADDRESS.search(before):
        return None
    stop = SENTENCE_END.search(value)
    return Extent(start, start + stop.start()) if stop else Extent(start, end)
