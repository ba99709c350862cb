"""Where things are, and who asks: the one place that reads the environment."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from domain.errors import BadArgument

DEFAULT_USER = "engineer"


@dataclass(frozen=True)
class Settings:
    """Where things are, and who asks."""

    hub: Path
    """Folder of the hub (`ANDON_HUB`, default `hub`)."""
    state: Path
    """Folder of keys and embedded databases (`ANDON_STATE`, default `.andon`)."""
    config: Path
    """Folder of `users.yaml` and, if you have your own, `policy.yaml` and `standards/`
    (`ANDON_CONFIG`, default the state folder)."""
    user: str
    """Identifier of the asker (`ANDON_USER`)."""
    database_url: str | None
    """A database for memory in place of the embedded one (`ANDON_DATABASE_URL`)."""
    now: datetime | None
    """A fixed clock (`ANDON_NOW`), for repeatable runs."""
    model: str | None = None
    """Name of the language model (`ANDON_MODEL`); none: rules decide."""
    model_url: str | None = None
    """Where it is served (`OPENAI_BASE_URL`)."""
    model_key: str = field(default="", repr=False)
    """The key for it (`OPENAI_API_KEY`)."""

    @classmethod
    def from_environment(cls, *, hub: Path | None = None, user: str | None = None) -> "Settings":
        """Settings from the environment, with what the command line says on top.

        Raises:
            BadArgument: `ANDON_NOW` is no ISO 8601 moment.
        """
        env = os.environ
        state = Path(env.get("ANDON_STATE", ".andon"))
        return cls(
            hub=hub or Path(env.get("ANDON_HUB", "hub")),
            state=state,
            config=Path(env.get("ANDON_CONFIG", state)),
            user=user or env.get("ANDON_USER", DEFAULT_USER),
            database_url=env.get("ANDON_DATABASE_URL"),
            now=_moment(env.get("ANDON_NOW")),
            model=env.get("ANDON_MODEL") or None,
            model_url=env.get("OPENAI_BASE_URL") or None,
            model_key=env.get("OPENAI_API_KEY", ""),
        )


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadArgument(
            f"ANDON_NOW={text!r} is no date or time", next_step="write it as 2026-11-22T08:00Z"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
