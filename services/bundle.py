"""Services: everything outside the process, as the one value that tools receive."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from services.hub.hub import Hub

if TYPE_CHECKING:
    from services.standards.library import Library


@dataclass(frozen=True)
class Services:
    """What tools and graphs may reach; built once in apps/wiring.py."""

    hub: Hub
    """The quality data hub."""
    policy_version: str
    """Version of the access policy that is in force."""
    standards_overlay: Path | None = None
    """Folder with the user's own rows of the standards library; none: only what is shipped."""

    @cached_property
    def standards(self) -> "Library":
        """The standards library, read when it is first needed."""
        from services.standards.loading import load

        return load(self.standards_overlay)
