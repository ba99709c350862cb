"""What chat-completion clients send and list; more of it is let pass than is read."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from apps.http.answers import FAILURES, Described, Failure
from domain.contract import Contract
from domain.errors import InvalidArgument

MODEL = "andon"
_MADE = 1_790_000_000


class ChatError(Contract):
    """A failure as OpenAI's clients read it."""

    message: str
    """What failed, and what to do."""
    type: Literal["invalid_request_error", "server_error"]
    """Whose it is."""
    param: None
    """Always null."""
    code: str
    """Stable name of the failure."""


class ChatFailure(Failure):
    """`andon.error/1`, with the same failure as OpenAI's clients read it."""

    error: ChatError
    """The failure."""


class _Loose(BaseModel):
    """What other programs send: more than is read here."""

    model_config = ConfigDict(extra="ignore", use_attribute_docstrings=True)


class Part(_Loose):
    """One part of a message."""

    type: str
    """What it is; only `text` is read."""
    text: str = ""
    """Its words."""


class ChatMessage(_Loose):
    """One message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    """Whose it is."""
    content: str | list[Part] | None = None
    """Its words."""

    def words(self) -> str:
        """Its text.

        Raises:
            InvalidArgument: it holds something else than text.
        """
        if isinstance(self.content, list):
            if any(part.type != "text" for part in self.content):
                raise InvalidArgument(
                    "only text can be read here", next_step="leave images, sound and files out"
                )
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(_Loose):
    """What a stream adds."""

    include_usage: bool = False
    """Whether the cost is sent at its end."""


class ChatAsked(_Loose):
    """A request for a completion.

    What steers a language model (temperature and the like) is not read: none decides what an
    answer says.
    """

    model: str = Field(examples=[MODEL])
    """The one of `/v1/models`."""
    messages: list[ChatMessage] = Field(min_length=1, max_length=2000)
    """The conversation; the last is the request."""
    stream: bool | None = False
    """Whether the answer comes in chunks."""
    stream_options: StreamOptions | None = None
    """What a stream adds."""
    n: int | None = 1
    """Answers; there is one."""
    tools: list[Any] | None = None
    """Not possible."""
    functions: list[Any] | None = None
    """Not possible."""
    response_format: dict[str, Any] | None = None
    """Only `text`; the answer as an object is the field `andon`."""
    metadata: dict[str, Any] | None = None
    """`thread_id` names the thread."""
    user: str | None = None
    """Not read: the key says who asks."""


class Model(Contract):
    """A model, as OpenAI's clients list it."""

    id: str = MODEL
    """Its name."""
    object: Literal["model"] = "model"
    """Always the same."""
    created: int = _MADE
    """Seconds since 1970."""
    owned_by: str = "andon"
    """Always the same."""


class Models(Contract):
    """The models."""

    object: Literal["list"] = "list"
    """Always the same."""
    data: tuple[Model, ...] = (Model(),)
    """The one that there is."""


CHAT_FAILURES: Described = {
    status: {**said, "model": ChatFailure} for status, said in FAILURES.items()
}
"""What these routes may answer instead."""
