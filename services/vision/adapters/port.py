"""What an adapter is: our request into a server's call, its answer into ours."""

from typing import Any, NamedTuple, Protocol, TypeVar

from pydantic import ValidationError

from services.vision.contract import Answered, InspectAnswer, InspectRequest
from services.vision.errors import VisionUnreadable

Shape = TypeVar("Shape", bound=Answered)


class Call(NamedTuple):
    """A call of a server; what it carries is not shown."""

    method: str
    """HTTP method."""
    path: str
    """Path below the server's address; empty: the address itself."""
    carries: dict[str, Any]
    """Body, headers and parameters, as httpx names them."""

    def __repr__(self) -> str:
        return f"Call({self.method} {self.path})"


class Adapter(Protocol):
    """One kind of server."""

    @property
    def name(self) -> str:
        """Name of the server in `vision.yaml`."""

    @property
    def judges(self) -> bool:
        """Whether it judges by our thresholds; else its answers are judged here."""

    def call(self, asked: InspectRequest, image: bytes) -> Call:
        """The call that asks for one picture."""

    def read(self, body: Any, asked: InspectRequest) -> InspectAnswer:  # noqa: ANN401  any JSON
        """What the server's answer says.

        Raises:
            VisionUnreadable: it is not what such a server answers.
        """

    def health(self) -> Call | None:
        """The call that tells whether it is ready; None if such servers have none."""


def read_as(shape: type[Shape], body: Any, server: str) -> Shape:  # noqa: ANN401  any JSON
    """JSON as a record; which field is wrong is told, what stood there is not.

    Raises:
        VisionUnreadable: a field is missing or of another type.
    """
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        raise unreadable(server, error) from None


def unreadable(server: str, error: ValidationError) -> VisionUnreadable:
    """Which field of an answer is wrong; what stood there is not told."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, first["loc"])) or "the answer"
    return VisionUnreadable(server, f"{place}: {first['msg']}"[:200])
