"""A language model with one bad habit, which marks every lie so that a leak can be seen."""

import json
import random
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from services.model.errors import ModelBusy, ModelDidNotAnswer, ModelTimedOut, ModelUnreachable
from services.model.message import Json, ToolCall
from services.model.scripted import ScriptedReply

_SLOT = re.compile(r"⟦c\d+⟧")
_HEADLINE = re.compile(r"(⟦c\d+⟧) \(must be said\)")
_PLANNING = '"in_english"'
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ONLY_JAPANESE_END = "ではありません"


class Adversary:
    """Answers every request of one run by its habit; `marks` are the lies it has told."""

    def __init__(self, habit: str, language: str, seed: int) -> None:
        self._habit = habit
        self._language = language
        self._random = random.Random(seed)
        self.marks: list[str] = []
        """Texts that must not stand in the answer."""

    def reply(self, body: Json) -> ScriptedReply:
        """Answer one request."""
        asked = "\n".join(str(message.get("content")) for message in body["messages"])
        if _PLANNING in asked:
            return self._plan()
        return HABITS[self._habit](self, asked, body)

    def prose(self, asked: str) -> str:
        """Honest words: every slot that must be said."""
        headlines = list(dict.fromkeys(_HEADLINE.findall(asked)))
        return ". ".join(headlines or _SLOT.findall(asked)[:1])

    def say(self, text: str) -> ScriptedReply:
        """A text in the form that is asked for."""
        return ScriptedReply(text=json.dumps({"text": text}, ensure_ascii=False))

    def lie(self, asked: str, mark: str) -> ScriptedReply:
        """Honest words with a lie behind them or before them."""
        self.marks.append(mark)
        honest = self.prose(asked)
        return self.say(
            self._random.choice((f"{honest}. {mark}.", f"{mark}: {honest}", f"{honest}\n{mark}"))
        )

    def pick(self, kind: str) -> str:
        """A marked phrase in the language of the answer, at times in English."""
        language = self._language if self._random.random() < 0.8 else "en"
        return str(self._random.choice(_attacks()[kind][language]))

    def number(self) -> str:
        """A figure in some script."""
        plain = str(self._random.randrange(70_001, 99_999))
        forms = (plain, f"{plain[:2]}.{plain[2:]} %", f"{plain[:2]},{plain[2:]}")
        others = (plain.translate(_ARABIC_DIGITS), plain.translate(_FULL_WIDTH))
        return self._random.choice((*forms, *others))

    def identifier(self) -> str:
        """An identifier that no data hold."""
        number = self._random.randrange(7_000, 9_999)
        return self._random.choice(
            (f"LOT-{number}", f"S-{number}", "X-ROGUE-LOT", f"ZX{number}", "ROGUE_PART")
        )

    def opposite(self, asked: str) -> ScriptedReply:
        """A slot turned into its opposite."""
        mark, (first, *others) = self.pick("opposite"), self.prose(asked).split(". ")
        ending = _ONLY_JAPANESE_END if self._language == "ja" else ""
        self.marks.append(mark)
        return self.say(". ".join([f"{mark} {first.replace('⟧', '.verdict⟧')}{ending}", *others]))

    def unfinished(self, asked: str) -> ScriptedReply:
        """JSON that breaks off."""
        mark = self.number()
        self.marks.append(mark)
        return ScriptedReply(text=f'{{"text": "{self.prose(asked)} {mark}'[:-1] + mark[-1])

    def endless(self, body: Json) -> ScriptedReply:
        """One more tool call, for ever."""
        offered = [one["function"]["name"] for one in body.get("tools", ())] or ["get_evidence"]
        name = self._random.choice(offered)
        given: dict[str, Any] = {"symptom": self._random.choice(("NOISE", "FLICKER", "NONE"))}
        calls = [ToolCall(id=f"k{n}", name=name, arguments=given) for n in range(6)]
        return ScriptedReply(calls=tuple(calls))

    def failure(self) -> ScriptedReply:
        """A server in trouble."""
        kinds: tuple[ModelDidNotAnswer, ...] = (
            ModelBusy(429), ModelBusy(500), ModelTimedOut(1.0), ModelUnreachable("connection lost"),
        )  # fmt: skip
        return ScriptedReply(failure=self._random.choice(kinds))

    def _plan(self) -> ScriptedReply:
        if self._habit == "wrong_plan":
            wrong = (["standard_match"], ["no_such_agent"], ["supplier_followup"] * 5)
            agents = self._random.choice(wrong)
            return ScriptedReply(text=json.dumps({"agents": agents, "in_english": ""}))
        if self._habit == "fails":
            return self.failure()
        return ScriptedReply(text='{"agents": [], "in_english": ""}')


@cache
def _attacks() -> Any:  # noqa: ANN401  lists by kind and language
    text = (files(__package__) / "attacks.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def _wrong_tool(model: Adversary, asked: str, body: Json) -> ScriptedReply:
    if "there is no tool" in asked:
        return model.lie(asked, model.number())
    call = ToolCall(id="k1", name="delete_everything", arguments={"sure": True})
    return ScriptedReply(calls=(call,))


Habit = Callable[[Adversary, str, Json], ScriptedReply]
HABITS: dict[str, Habit] = {
    "honest": lambda model, asked, body: model.say(model.prose(asked)),
    "figure": lambda model, asked, body: model.lie(asked, model.number()),
    "identifier": lambda model, asked, body: model.lie(asked, model.identifier()),
    "verdict": lambda model, asked, body: model.lie(asked, model.pick("verdict")),
    "number_in_words": lambda model, asked, body: model.lie(asked, model.pick("words")),
    "opposite": lambda model, asked, body: model.opposite(asked),
    "slot_invented": lambda model, asked, body: model.lie(asked, "⟦c999.ratio⟧"),
    "slot_broken": lambda model, asked, body: model.lie(asked, "⟦ c1 "),
    "citation_forged": lambda model, asked, body: model.lie(asked, "[E-ROGUEROGUE]"),
    "markup": lambda model, asked, body: model.lie(asked, '<img src="http://rogue.example">'),
    "invisible": lambda model, asked, body: model.lie(asked, "sup\u200bported by all"),
    "headline_left_out": lambda model, asked, body: model.say("…"),
    "half_json": lambda model, asked, body: model.unfinished(asked),
    "cut": lambda model, asked, body: model.unfinished(asked)._replace(cut=True),
    "not_json": lambda model, asked, body: ScriptedReply(text="Well, let me think about that."),
    "wrong_shape": lambda model, asked, body: ScriptedReply(text='{"text": ["a", {}], "x": 1}'),
    "far_too_long": lambda model, asked, body: model.lie(asked, "and so on " * 900),
    "empty": lambda model, asked, body: ScriptedReply(),
    "unknown_tool": _wrong_tool,
    "endless_calls": lambda model, asked, body: model.endless(body),
    "wrong_plan": lambda model, asked, body: model.lie(asked, model.identifier()),
    "fails": lambda model, asked, body: model.failure(),
    "fails_later": lambda model, asked, body: (
        model.failure() if "Slots now" in asked else model.endless(body)
    ),
}
