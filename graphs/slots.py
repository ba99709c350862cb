"""The writer's slots: prose with places, which code fills with claims, figures and citations.

`⟦c3⟧` stands for a whole claim, `⟦c3.ratio⟧` for one of its facts. No figure, date, identifier or
verdict word of an answer is written by a model; `grounding.py` finds what was written all the same.
"""

import re
from collections.abc import Iterator, Sequence

from agents.wording.wording import Wording, facts_of
from domain.records.claim import Claim, Countries, Fact, Names, Phrase, Phrases, Quote, Term
from graphs.grounding import PART, WHOLE, Known, Problem, ungrounded

SLOT = re.compile(r"⟦([a-z][a-z0-9]*)(?:\.([a-z_]+))?⟧")
HIDDEN = Quote(value="…")
"""Stands for a customer's words where a model reads."""
SHOWN_OF_VALUE = 48
"""Characters of a value that a listing shows; the whole stands in its claim."""
LONGEST_TEXT, MOST_SLOTS = 6000, 80
"""Characters and slots of a text that the writer may use."""
_TOO_LONG = Problem("too_long", "The text is far too long; say what matters, briefly.")
_ENDS = ".!?。！？؟"
_SENTENCE_END = re.compile(r"[.!?؟](?=\s|$)|[。！？]|$")


class SlotSheet:
    """The claims that a text may speak of, and what each of its slots says."""

    def __init__(self, claims: Sequence[Claim], wording: Wording) -> None:
        self._claims = {claim.id: claim for claim in claims}
        if len(self._claims) != len(claims):
            raise ValueError("two claims have one name")
        self._wording = wording
        names = frozenset(name for claim in claims for name in _identifiers(claim))
        self._known = Known(wording.language, names, question="")

    def listing(self) -> tuple[str, ...]:
        """Every slot with what it says, for the writer; a customer's words are left out."""
        return tuple(line for claim in self._claims.values() for line in self._listed(claim))

    def fill(self, text: str) -> str:
        """Put in what the slots stand for, each claim cited once a line; unknown slots stay."""
        return "\n".join(self._filled(line) for line in text.split("\n"))

    def problems(self, text: str, question: str = "") -> tuple[Problem, ...]:
        """What keeps a text from being shown; none if every statement in it comes from a slot.

        Args:
            text: the prose with slots.
            question: the asker's words, which the text may repeat.
        """
        if len(text) > LONGEST_TEXT:
            return (_TOO_LONG,)
        found = [*self._of_slots(text), *self._left_out(text)]
        prose = SLOT.sub(_stand_in, text)
        found += ungrounded(prose, self._known._replace(question=question))
        return tuple(dict.fromkeys(found))

    def _listed(self, claim: Claim) -> Iterator[str]:
        shown = claim.model_copy(
            update={"facts": {key: _without_quotes(fact) for key, fact in claim.facts.items()}}
        )
        need = " (must be said)" if claim.headline else ""
        whole = self._wording.claim(shown)
        yield f"⟦{claim.id}⟧{need} {whole}"
        values = {name: self._wording.fact(fact) for name, fact in facts_of(shown).items()}
        told = [
            f"⟦{claim.id}.{name}⟧ {_short(value)}"
            for name, value in values.items()
            if value not in (whole, self._wording.fact(HIDDEN))
        ]
        yield f"  {' · '.join(told)}"

    def _fact(self, match: re.Match[str]) -> Fact | None:
        claim = self._claims.get(match[1])
        return facts_of(claim).get(match[2]) if claim is not None else None

    def _is_known(self, match: re.Match[str]) -> bool:
        return match[1] in self._claims and (match[2] is None or self._fact(match) is not None)

    def _filled(self, line: str) -> str:
        slots = [match for match in SLOT.finditer(line) if self._is_known(match)]
        whole = {match[1] for match in slots if match[2] is None}
        cited: dict[int, list[str]] = {}
        for match in slots:
            if match[1] not in whole:
                whole.add(match[1])
                place = _SENTENCE_END.search(line, match.end())
                end = len(line) if place is None else place.start()
                cited.setdefault(end, []).extend(self._citation(match[1]))
        return self._put_together(line, slots, cited)

    def _put_together(
        self, line: str, slots: list[re.Match[str]], cited: dict[int, list[str]]
    ) -> str:
        pieces = {match.start(): (match.end(), self._said(match, line)) for match in slots}
        for end, ids in cited.items():
            pieces.setdefault(end, (end, "".join(f" {one}" for one in dict.fromkeys(ids))))
        out, at = [], 0
        for start, (end, said) in sorted(pieces.items()):
            out += [line[at:start], said]
            at = end
        return "".join([*out, line[at:]])

    def _said(self, match: re.Match[str], line: str) -> str:
        fact = self._fact(match)
        if fact is not None:
            return self._wording.fact(fact)
        sentence = self._wording.claim(self._claims[match[1]])
        body = sentence.rstrip(_ENDS)
        end = "" if line[match.end() : match.end() + 1] in tuple(_ENDS) else sentence[len(body) :]
        return body + "".join(f" {one}" for one in self._citation(match[1])) + end

    def _citation(self, claim: str) -> list[str]:
        return [f"[{one}]" for one in dict.fromkeys(self._claims[claim].finding.evidence)]

    def _of_slots(self, text: str) -> Iterator[Problem]:
        slots = list(SLOT.finditer(text))
        for match in slots:
            if not self._is_known(match):
                yield Problem("unknown_slot", f"There is no slot {match[0]}; use a listed one.")
        if re.search(f"[⟦⟧{WHOLE}{PART}]", SLOT.sub("", text)):
            yield Problem("broken_slot", "A slot is written whole and unchanged, like ⟦c1⟧.")
        if len(slots) > MOST_SLOTS:
            yield _TOO_LONG
        if not text.strip():
            yield Problem("empty", "There is no text.")

    def _left_out(self, text: str) -> Iterator[Problem]:
        said = {match[1] for match in SLOT.finditer(text) if match[2] in (None, "verdict")}
        for claim in self._claims.values():
            if claim.headline and claim.id not in said:
                yield Problem(
                    "missing", f"The text must say ⟦{claim.id}⟧; without it, it would mislead."
                )


def _short(value: str) -> str:
    return value if len(value) <= SHOWN_OF_VALUE else f"{value[: SHOWN_OF_VALUE - 1]}…"


def _stand_in(match: re.Match[str]) -> str:
    return WHOLE if match[2] in (None, "verdict") else PART


def _identifiers(claim: Claim) -> Iterator[str]:
    yield from claim.finding.evidence
    for fact in claim.facts.values():
        yield from _named(fact)


def _named(fact: Fact) -> Iterator[str]:
    match fact:
        case Names() | Countries():
            yield from fact.value
        case Term():
            yield fact.value
        case Phrase():
            for inner in fact.facts.values():
                yield from _named(inner)
        case Phrases():
            for phrase in fact.value:
                yield from _named(phrase)
        case _:
            return


def _without_quotes(fact: Fact) -> Fact:
    match fact:
        case Quote():
            return HIDDEN
        case Phrase():
            facts = {key: _without_quotes(one) for key, one in fact.facts.items()}
            return fact.model_copy(update={"facts": facts})
        case Phrases():
            listed = tuple(_phrase_without_quotes(one) for one in fact.value)
            return Phrases(value=listed)
    return fact


def _phrase_without_quotes(phrase: Phrase) -> Phrase:
    facts = {key: _without_quotes(one) for key, one in phrase.facts.items()}
    return phrase.model_copy(update={"facts": facts})
