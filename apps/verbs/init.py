"""`andon init`: an empty hub, keys outside it, and a users file to edit."""

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from apps.options import HubOption, JsonOption, wiring
from apps.render import OUT, print_json

if TYPE_CHECKING:
    from apps.wiring import Wiring


def init(hub: HubOption = None, as_json: JsonOption = False) -> None:
    """Make an empty hub, the keys that it needs, and a users file."""
    parts = wiring(hub)
    made = create(parts.settings.hub, parts)
    if as_json:
        print_json({"schema": "andon.init/1", **made})
        return
    OUT.print(f"hub    {made['hub']}  (empty, commit {made['commit']})")
    OUT.print(f"state  {made['state']}  (keys.json: keep a copy apart from the hub)")
    OUT.print(f"users  {made['users']}  (who may see what: edit it)")
    OUT.print("next: andon ingest FOLDER")


def create(folder: Path, parts: "Wiring") -> dict[str, str]:
    """Make what is missing of hub, keys and users file; returns where they are."""
    from services.hub.hub import Hub

    hub = Hub.create(folder)
    users = parts.settings.config / "users.yaml"
    hub.bind_keys(parts.vault.fingerprint)
    if not users.exists():
        default = files("services.policy") / "users.default.yaml"
        users.write_bytes(default.read_bytes())
    return {
        "hub": str(folder),
        "commit": hub.newest().commit_id,
        "state": str(parts.settings.state),
        "users": str(users),
    }
