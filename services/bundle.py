"""Services: everything outside the process, as the one value that tools receive."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import ServiceUnavailable
from services.hub.hub import Hub

if TYPE_CHECKING:
    from services.messaging.settings import Sender
    from services.metrics.catalogue import Catalogue
    from services.policy.suppliers import SupplierPolicy
    from services.standards.library import Library
    from services.vision.service import Vision


@dataclass(frozen=True)
class Services:
    """What tools and graphs may reach; built once in apps/wiring.py."""

    hub: Hub
    """The quality data hub."""
    policy_version: str
    """Version of the access policy that is in force."""
    config: Path | None = None
    """Folder with the user's own rules and rows, such as `standards/` or `suppliers.yaml`; none, or
    what is not in it: as shipped."""
    open_vision: "Callable[[], Vision] | None" = None
    """Opens the vision service; none: there is none here."""

    @cached_property
    def metrics(self) -> "Catalogue":
        """The metric catalogue, read when it is first needed."""
        from services.metrics.loading import load

        return load(self.own("metrics"))

    @cached_property
    def standards(self) -> "Library":
        """The standards library, read when it is first needed."""
        from services.standards.loading import load

        return load(self.own("standards"))

    @cached_property
    def vision(self) -> "Vision":
        """The vision service, opened when it is first needed.

        Raises:
            ServiceUnavailable: there is none here.
            BadArgument: its settings are wrong.
        """
        if self.open_vision is None:
            raise ServiceUnavailable(
                "no vision service is set up here",
                holds="nothing was judged",
                next_step="ask where the vision service of the plant can be reached",
            )
        return self.open_vision()

    @cached_property
    def supplier_policy(self) -> "SupplierPolicy":
        """How suppliers are rated."""
        from services.policy.suppliers import read_supplier_policy, supplier_policy

        path = self.own("suppliers.yaml")
        return supplier_policy() if path is None else read_supplier_policy(path.read_bytes(), path)

    @cached_property
    def sender(self) -> "Sender":
        """Company and desk that letters to suppliers are signed with."""
        from services.messaging.routing import FILE_NAME, Messaging

        path = self.own(FILE_NAME)
        return (Messaging.default() if path is None else Messaging.load(path)).sender

    def own(self, name: str) -> Path | None:
        """The user's own file or folder of that name; None if there is none."""
        path = None if self.config is None else self.config / name
        return path if path is not None and path.exists() else None
