"""What is said back at once: questions and refusals in the asker's language."""

from domain.records.answer import Question, Refusal
from graphs.planning.language import UNKNOWN
from graphs.planning.phrases import rules


def topic_question(language: str) -> Question:
    """What the asker wants to know, with the agents' subjects as choices."""
    return _question("topic", language, tuple(_in(rules("wording")["agents"], language)))


def subject_question(language: str, options: tuple[str, ...] = ()) -> Question:
    """Which model, market, supplier or lot is meant."""
    return _question("subject", language, options)


def unknown_question(language: str, name: str, near: tuple[str, ...]) -> Question:
    """Which known name is meant by one that is not known."""
    asked = _question("unknown", language, near)
    return asked.model_copy(update={"text": asked.text.replace("{name}", name)})


def language_question(likely: str) -> Question:
    """Which languages work, in English and in the asker's own language if it is known."""
    texts = rules("wording")["questions"]["language"]
    names = rules("wording")["language_names"]
    own = texts.get(likely) if likely not in ("en", UNKNOWN) else None
    said = " ".join(one for one in (texts["en"], own) if one)
    return Question(
        id="language",
        text=said.replace("{languages}", names),
        options=tuple(names.split(", ")),
    )


def refusal(code: str, language: str) -> Refusal:
    """The reason of a refusal, and where to turn instead."""
    told = rules("wording")["refusals"][code]
    return Refusal(
        code=code, reason=_in(told["reason"], language), request_route=_in(told["route"], language)
    )


def _question(name: str, language: str, options: tuple[str, ...]) -> Question:
    return Question(
        id=name, text=_in(rules("wording")["questions"][name], language), options=options
    )


def _in(texts: dict[str, str], language: str) -> str:
    return texts.get(language, texts["en"])
