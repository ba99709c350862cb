"""Services: everything outside the process, as the one value that tools receive."""

from dataclasses import dataclass

from services.hub.hub import Hub


@dataclass(frozen=True)
class Services:
    """What tools and graphs may reach; built once in apps/wiring.py."""

    hub: Hub
    """The quality data hub."""
    policy_version: str
    """Version of the access policy that is in force."""
