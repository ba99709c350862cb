"""What a request wants promised of a camera's threshold, and how many pictures there are."""

import re

from graphs.planning.folding import folded

_PERCENT = folded(
    r"(\d{1,3}(?:[.,]\d+)?)\s*"
    r"(?:%|٪|percent|per cent|prozent|pour cent|por ciento|por cento|procent\w*|パーセント"
    r"|بالمئه|في المئه|بالمايه)"
)
_SURE = folded(
    r"(?:confiden\w*|sicherheit|vertrauen\w*|sicher|confiance|confianza|confianca|ufnosc\w*|pewnosc\w*"
    r"|置信度?|把握|信頼(?:度|水準|率)?|ثقه|الثقه)"
)
_MISSED = folded(
    r"(?:miss\w*|escape\w*|slip\w*|through|undetected|false negativ\w*|schlupf\w*|\w*rutsch\w*"
    r"|uberseh\w*|ubersieht|verpass\w*|durchl\w*|durchgeh\w*|manqu\w*|rater?|passer|echapp\w*|fuite\w*"
    r"|escap\w*|fug\w*|pasar|passar|perd\w*|przepu\w*|przeocz\w*|pomi\w*|umkn\w*|漏|放过|見逃|見落|すり抜け|流出"
    r"|\w*فوت\w*|\w*فلت\w*|تمر\w*|يمر\w*|فوات)"
)
_PICTURES = folded(
    r"(?:(?:\w+\s+){0,2}?"
    r"(?:images?|pictures?|photos?|shots|samples|scratches|dents|defects"
    r"|\w*bilder\w*|fotos?|aufnahmen|kratzer|fehlerteile|cliches?|imagen\w*|imagens?|zdjec\w*|obraz\w*"
    r"|صوره|صور|صورا)"
    r"|\s*[张枚](?!目)|\s*[个個](?:缺陷|不良)|\s*枚)"
)
_COUNT = r"(?<![a-z0-9.,\-])(\d{1,3}(?:[., ]\d{3})+|\d+)(?![.,]?\d|\s*%)"
_NEAR = r"[^\d]{0,24}?"
_CONFIDENT = (
    re.compile(rf"{_SURE}{_NEAR}{_PERCENT}"),
    re.compile(rf"{_PERCENT}[^\d,;、]{{0,12}}?{_SURE}"),
)
"""With the word before the figure, which is surer, and behind it."""
_SHARE = re.compile(_PERCENT)
_THERE_ARE = re.compile(rf"{_COUNT}\s*{_PICTURES}")

HALF = 0.5


def promised(text: str) -> dict[str, str]:
    """Values by name, as text; empty where nothing is said of missed defects.

    Names: `most_missed` and `confidence`, shares from 0 to 1, and `defects`, a count of pictures.
    """
    plain = folded(text)
    if re.search(_MISSED, plain) is None:
        return {}
    found: dict[str, str] = {}
    sure = next(filter(_is_sure, (pattern.search(plain) for pattern in _CONFIDENT)), None)
    for hit in _SHARE.finditer(plain):
        within = sure is not None and sure.start() <= hit.start() and hit.end() <= sure.end()
        found.setdefault("confidence" if within else "most_missed", _share(hit[1]))
    there = _THERE_ARE.search(plain)
    if there is not None:
        found["defects"] = re.sub(r"[., ]", "", there[1])
    return found


def _is_sure(hit: re.Match[str] | None) -> bool:
    """Whether it is a confidence: nobody asks for less than a half."""
    return hit is not None and float(_share(hit[1])) > HALF


def _share(percent: str) -> str:
    return f"{float(percent.replace(',', '.')) / 100:.6g}"
