"""The language model from the settings; loaded only where one is configured."""

from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import TypeAdapter, ValidationError

from domain.errors import BadArgument
from services.model.capability import CapabilityCache
from services.model.chat import ChatModel
from services.model.ledger import Price
from services.model.openai_wire import Endpoint, OpenAIWire

if TYPE_CHECKING:
    from apps.settings import Settings

PRICES = "prices.yaml"
"""File in the configuration folder: model name to `prompt` and `completion`, money for a million
tokens."""


def chat_model(settings: "Settings") -> ChatModel:
    """The configured model.

    Raises:
        BadArgument: there is no address, or address, key or prices cannot be used.
    """
    if settings.model_url is None:
        raise BadArgument(
            "ANDON_MODEL is set and OPENAI_BASE_URL is not",
            holds="nothing was asked",
            next_step="set OPENAI_BASE_URL to the server's address up to /v1, or unset ANDON_MODEL",
        )
    endpoint = Endpoint(settings.model_url, settings.model or "", settings.model_key)
    cache = CapabilityCache(settings.state / "model_capabilities.json")
    return ChatModel(OpenAIWire(endpoint), price=_price(settings), cache=cache)


def _price(settings: "Settings") -> Price | None:
    path: Path = settings.config / PRICES
    if not path.exists():
        return None
    try:
        listed = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        prices = TypeAdapter(dict[str, Price]).validate_python(listed)
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        raise BadArgument(
            f"{path} is no list of prices: {str(error).splitlines()[0]}",
            next_step="write `model-name: {prompt: 0.5, completion: 1.5}`, money a million tokens",
        ) from error
    return prices.get(settings.model or "")
