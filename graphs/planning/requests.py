"""A request as the rules read it: its letters, what is quoted in it, and which phrases it holds."""

import re
from functools import cache, cached_property

from graphs.planning.folding import Folded, fold, folded
from graphs.planning.phrases import compiled, cue, every, rules
from services.policy.personal import TOKEN

READ = 4_000
"""Characters of a request that the rules read."""
_QUOTED = re.compile(
    r'"[^"]{3,}"|“[^”]{3,}”|„[^“”]{3,}[“”]|«[^»]{3,}»|「[^」]{3,}」|『[^』]{3,}』|```.+?```', re.S
)
_LEFT = 8
"""Letters that must be left outside quotation marks for the quotes to be set aside."""
_DENSE = re.compile(r"[぀-ヿ一-鿿]")
_WORD = re.compile(r"[^\W_]+")


class Request:
    """The text of a request with what the rules ask of it."""

    def __init__(self, text: str) -> None:
        # A token in a personal string's place is called MAIL or PHONE, and nobody asks for these.
        self.text = TOKEN.sub(lambda token: " " * len(token.group()), text[:READ])

    @cached_property
    def whole(self) -> Folded:
        """All of it, for names."""
        return fold(self.text)

    @cached_property
    def said(self) -> str:
        """What the asker says, folded: quoted words are material and ask for nothing."""
        rest = _QUOTED.sub(" ", self.text)
        return folded(rest if sum(map(str.isalpha, rest)) >= _LEFT else self.text)

    @property
    def quotes(self) -> bool:
        """Whether something is quoted and set aside."""
        return self.said != self.whole.text

    @property
    def words(self) -> int:
        """Its length in words; two characters of a script without blanks count as one."""
        dense = len(_DENSE.findall(self.said))
        return dense // 2 + len(_WORD.findall(_DENSE.sub(" ", self.said)))

    def at(self, name: str, *path: str) -> int | None:
        """Where it first holds a phrase of that place in a rule file."""
        hit = cue(name, *path).search(self.said)
        return None if hit is None else hit.start()

    def holds(self, name: str, *path: str) -> bool:
        """Whether it holds a phrase of that place in a rule file."""
        return self.at(name, *path) is not None

    @cached_property
    def opens_as_follow_up(self) -> bool:
        """Whether it begins like "and in Brazil?"."""
        start = self.said.lstrip(" ¿¡.…-")
        if _opener().match(start) is not None:
            return True
        # In Arabic "and" is joined to the word that follows it.
        return start.startswith("و") and self.words <= 3

    @cached_property
    def names_a_mark(self) -> bool:
        """Whether it names a certification mark, which is told by its capitals."""
        marks = "|".join(rules("asking")["marks"])
        return re.search(rf"(?<![A-Za-z])(?:{marks})(?![A-Za-z])", self.text) is not None


def quoted_in(text: str) -> tuple[str, ...]:
    """What stands in quotation marks in a text, without them."""
    return tuple(hit[0].strip('"“”„«»「」『』`').strip() for hit in _QUOTED.finditer(text))


@cache
def _opener() -> re.Pattern[str]:
    return compiled(every(rules("leaning")["opener"]))
