"""A time zone as files of settings name it."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator


def _known(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError("there is no such time zone; write it as Europe/Berlin") from error
    return value


Zone = Annotated[str, AfterValidator(_known)]
"""Name of a time zone (IANA)."""
