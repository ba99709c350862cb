"""What a run carries from node to node: plain JSON, since a checkpoint empties typed values."""

from typing import Annotated, Any, Literal

from typing_extensions import TypedDict

Json = dict[str, Any]
Part = Literal["whole", "playbook", "further"]
"""What a specialist does now: all of its work, its playbook only, or what a model adds to that."""


def _gathered(known: Json, new: Json | None) -> Json:
    """Reports by task; None begins a new run on the same thread."""
    return {} if new is None else {**known, **new}


class State(TypedDict, total=False):
    """The state of one conversation; what is not a turn is overwritten by each run."""

    asked: Json
    """The request (`Asked`), de-identified."""
    turns: list[Json]
    """What the rules made of earlier requests (`Understood`), oldest first."""
    understood: Json
    """What the rules made of this one (`Understood`)."""
    plan: Json
    """Who does what (`Plan`)."""
    done: list[str]
    """Tasks that have been handed in, in the order of their waves."""
    replans: int
    """How often the plan was widened after a wave (count)."""
    reports: Annotated[Json, _gathered]
    """By task: the report, a model's words on it, who chose the looks, and whether a model that is
    there was asked for more of them."""
    draft: Json
    """The text with slots, and who wrote it."""
    answer: Json
    """`andon.answer/1`."""


class TaskState(TypedDict):
    """What one specialist is sent: its brief and nothing of the conversation."""

    brief: Json
    """The task (`Brief`)."""
    language: str
    """Language of the answer."""
    alone: bool
    """Whether its words go to the asker as they are, because no one else was asked."""
    part: Part
    """How much of its work it does now."""
