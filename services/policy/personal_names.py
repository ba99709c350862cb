"""Names of people, where words around them say so: introductions, titles, form fields, closings.

Each script has its own way to show where a name ends: capitals, a short word that follows, or the
small set of family names that starts one.
"""

import re
from collections.abc import Callable

from services.policy.personal_cues import any_of, characters, shortest, words
from services.policy.recogniser import Extent, Recogniser, value_of

LETTER = r"[^\W\d_]"
MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0e31-\u0e4e"
WORD = rf"{LETTER}(?:[\w{MARKS}]|['’.-](?=[^\W\d_]))*\.?"
WORDS = rf"(?P<value>{WORD}(?:[ \t]+{WORD}){{0,4}})"
PARTICLES = frozenset(words("name_particles"))
CASED_LIMIT = 4
PLAIN_LIMIT = 2
OTHER_NAMES = re.compile(rf"(?:{any_of(words('named_things'))})[\s'’s]*$", re.IGNORECASE)
POLISH = re.compile("[ąćęłńśźżĄĆĘŁŃŚŹŻ]")
SIGNED = rf"[\s,.!:-]{{0,4}}(?:\n\s*)?(?P<value>{WORD}(?:[ \t]+{WORD}){{0,3}})[ \t.]*(?=\n|$)"

ZH_FAMILY = f"[{characters('surnames_zh')}]"
ZH_FIRST = "(?!先生|女士|师傅|經理|经理|客服|工程|售后|物业)[一-鿿]"
ZH_SECOND = "(?![我的是在了和就你他她来有要住电手家买想今昨])[一-鿿]"
ZH_FIELD = "(?:姓名|联系人|收件人)[:是 ]{1,3}"
ZH_INTRODUCED = (
    rf"(?:我叫|我的名字[是叫]|名字叫|{ZH_FIELD})\s?(?P<value>{ZH_FAMILY}{ZH_FIRST}(?:{ZH_SECOND})?)"
)
ZH_ROLES = ("先生", "女士", "小姐", "太太", "师傅", "经理", "經理", "同志")
ZH_TITLED = rf"(?P<value>{ZH_FAMILY}[一-鿿]{{0,2}}?)(?:{'|'.join(ZH_ROLES)})"

JA_FAMILY = "|".join(words("surnames_ja"))
JA_NAME = r"[一-龯々ァ-ヶー]{1,8}[ ]?[一-龯々ァ-ヶー]{0,6}"
JA_CALLED = (
    rf"(?:私は|わたしは|名前は)?(?P<value>{JA_NAME}|[ぁ-ん]{{2,6}})と(?:申し|もうし|言い|いい)ます"
)
JA_AM = (
    rf"(?:私は|わたしは|わたくし|名前は)[、 ]?(?P<value>(?:{JA_FAMILY})"
    r"[ ]?[一-龯ァ-ヶぁ-ん]{0,4}?)(?:です|でございます)"
)
JA_HONOURED = r"(?P<value>[一-龯々]{1,5}|[ァ-ヶー]{2,8})(?:さん|様|さま)"
JA_ROLE_ENDS = "仕同模多異客皆者屋員長手店社方元先有神王何奥貴"

KO_FAMILY = f"[{characters('surnames_ko')}]"
KO_CALLED = (
    rf"(?:이름은|저는|성함은)\s?(?P<value>{KO_FAMILY}[가-힣]{{1,2}})\s?"
    r"(?=입니다|이고|이라고|라고|예요|이에요|인데)"
)
KO_HONOURED = rf"(?<![가-힣])(?P<value>{KO_FAMILY}[가-힣]{{1,2}})\s?(?:씨|님)"

Accept = Callable[[re.Match[str]], Extent | None]


def name_recognisers() -> tuple[Recogniser, ...]:
    """Recognisers of announced names in the scripts that customers write."""
    fields, closings = words("named_field"), words("closings")
    introduce = words("introduce")
    titles = (
        rf"(?:{any_of(words('titles'))}(?:\.[ \t]*|[ \t]+)|(?<![0-9] )(?<![\w.])M\.[ \t]+){WORDS}"
    )
    polish = rf"{any_of(words('titles_polish'))}[ \t]+{WORDS}"
    ended = tuple(f"{title.lower()}{end}" for title in words("titles") for end in ". ")
    title_gate = (*shortest(ended), "m. ")
    caseless = (*words("titles_arabic"), *words("titles_cyrillic"))
    return (
        _name(rf"(?i:{any_of(introduce)})[\s:,]{{1,3}}{WORDS}", _trimmed, shortest(introduce)),
        _name(rf"(?i:{any_of(fields)})[ \t]?[:=][ \t]*{WORDS}", _field, (":", "=")),
        _name(titles, _capitalised, title_gate),
        _name(polish, _polish, ("pan",)),
        _name(rf"{any_of(caseless)}[ \t]+{WORDS}", _trimmed, shortest(caseless)),
        _name(rf"(?i:{any_of(closings)}){SIGNED}", _signed, shortest(closings)),
        _name(ZH_INTRODUCED, value_of, ("叫", "姓名", "联系人", "收件人")),
        _name(ZH_TITLED, _chinese, ZH_ROLES),
        _name(JA_CALLED, value_of, ("ます",)),
        _name(JA_AM, value_of, ("です", "でございます")),
        _name(JA_HONOURED, _japanese, ("さん", "様", "さま")),
        _name(KO_CALLED, value_of, ("이름은", "저는", "성함은")),
        _name(KO_HONOURED, _korean, ("씨", "님")),
    )  # fmt: skip


def _name(pattern: str, accept: Accept, cues: tuple[str, ...]) -> Recogniser:
    return Recogniser("name", re.compile(pattern), accept, 0, cues)


def _trimmed(match: re.Match[str]) -> Extent | None:
    """The leading words that can be a name: capitals with particles between, or two plain words."""
    start = end = match.start("value")
    found = list(re.finditer(r"\S+", match.group("value")))
    cased = found[0].group()[0].isupper()
    for word in found[: CASED_LIMIT if cased else PLAIN_LIMIT]:
        bare = word.group().rstrip(".")
        particle = cased and end > start and bare.casefold() in PARTICLES
        if particle:
            continue
        if bare.casefold() in _NOT_NAMES or (cased and not bare[0].isupper()):
            break
        end = start + word.start() + len(bare)
    return Extent(start, end) if end - start > 1 else None


def _capitalised(match: re.Match[str]) -> Extent | None:
    lower_title = match.group()[0].islower()
    return _trimmed(match) if lower_title or match.group("value")[0].isupper() else None


def _polish(match: re.Match[str]) -> Extent | None:
    return _capitalised(match) if POLISH.search(match.string) else None


def _field(match: re.Match[str]) -> Extent | None:
    before = match.string[max(0, match.start() - 16) : match.start()]
    return None if OTHER_NAMES.search(before) else _trimmed(match)


def _signed(match: re.Match[str]) -> Extent | None:
    apart = match.string[match.start() : match.start("value")].rstrip(" \t")
    value = match.group("value")
    if not (apart.endswith(("\n", ",")) or value.istitle()) or not _all_names(value):
        return None
    return Extent(*match.span("value"))


def _all_names(value: str) -> bool:
    return not any(word.rstrip(".").casefold() in _NOT_NAMES for word in value.split())


def _chinese(match: re.Match[str]) -> Extent | None:
    around = match.string[max(0, match.start() - 1) : match.end()]
    return None if any(word in around for word in words("not_zh_names")) else value_of(match)


def _japanese(match: re.Match[str]) -> Extent | None:
    value = match.group("value")
    if value in words("not_ja_names") or value[-1] in JA_ROLE_ENDS or value.startswith("お"):
        return None
    return value_of(match)


def _korean(match: re.Match[str]) -> Extent | None:
    value = match.group("value")
    return None if any(word in value for word in words("not_ko_names")) else value_of(match)


_NOT_NAMES = frozenset(word.casefold() for word in words("not_names"))
