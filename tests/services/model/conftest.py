"""Parts that tests of the language model share: something to ask, and a form for the answer."""

from domain.contract import Contract
from services.model.message import Message, ToolSpec

QUESTION = (Message(role="user", content="Why does model AX fail?"),)


class Weather(Contract):
    """A form with a bound, an optional field and a list."""

    place: str
    """Where."""
    celsius: int
    """Temperature (degrees Celsius)."""
    notes: tuple[str, ...] = ()
    """Remarks."""


RATE = ToolSpec(
    "claim_rate",
    "Claims of a model.",
    {"type": "object", "properties": {"model_id": {"type": "string", "title": "Model Id"}}},
)
