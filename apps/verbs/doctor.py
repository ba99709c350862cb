"""`andon doctor`: is everything there that a question needs, and is it sound?"""

import shutil
from collections.abc import Callable
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING, Literal, NamedTuple

from apps.options import HubOption, JsonOption, UserOption, wiring
from apps.render import OUT, escape, print_json
from domain.errors import AndonError, HubUnavailable

if TYPE_CHECKING:
    from apps.wiring import Wiring

PACKAGES = ("apps", "graphs", "agents", "tools", "memory", "services", "domain", "evals")
FREE_BYTES = 1_000_000_000


class Check(NamedTuple):
    """One thing that was looked at."""

    name: str
    """What was looked at."""
    state: Literal["ok", "warning", "failed"]
    """How it is."""
    says: str
    """What was found."""
    next_step: str = ""
    """What to do about it."""


def doctor(hub: HubOption = None, user: UserOption = None, as_json: JsonOption = False) -> None:
    """Look at hub, keys, users, disk and installation, and say what to mend."""
    parts = wiring(hub, user)
    checks = [_try(name, look, parts) for name, look in LOOKS.items()]
    if as_json:
        listed = [check._asdict() for check in checks]
        print_json({"schema": "andon.doctor/1", "checks": listed})
    else:
        _show(checks)
    failed = [check.name for check in checks if check.state == "failed"]
    if failed and not as_json:
        raise HubUnavailable(f"not sound: {', '.join(failed)}", next_step="see the lines above")


def _try(name: str, look: "Callable[[Wiring], Check]", parts: "Wiring") -> Check:
    try:
        return look(parts)
    except AndonError as error:
        return Check(name=name, state="failed", says=error.message, next_step=error.next_step)


def _hub(parts: "Wiring") -> Check:
    commit = parts.hub.newest()
    says = f"{parts.settings.hub}, commit {commit.number} ({commit.commit_id}) of {commit.at:%F %T}"
    return Check(name="hub", state="ok", says=says)


def _tables(parts: "Wiring") -> Check:
    from services.hub.schema import schema

    with parts.hub.snapshot(parts.scope) as snapshot:
        rows = 0
        for name in schema():
            found = snapshot.run(f'SELECT count(*) FROM "{name}"', {})
            rows += int(found.values[0][0])
    return Check(name="tables", state="ok", says=f"{len(schema())} tables, {rows:,} rows visible")


def _pending(parts: "Wiring") -> Check:
    left = parts.hub.folder / "staged.txt"
    if not left.exists():
        return Check(name="loads", state="ok", says="no load is under way or was left unfinished")
    says = "a load is under way, or one died before its commit"
    return Check(
        name="loads", state="warning", says=says, next_step="the next ingest undoes a dead one"
    )


def _keys(parts: "Wiring") -> Check:
    version = parts.vault.version
    parts.hub.bind_keys(parts.vault.fingerprint)
    return Check(name="keys", state="ok", says=f"key ring {version} in {parts.settings.state}")


def _users(parts: "Wiring") -> Check:
    who = parts.principal
    says = f"{who.id} sees regions {', '.join(who.regions)} as {', '.join(who.roles)}"
    return Check(name="users", state="ok", says=says)


def _disk(parts: "Wiring") -> Check:
    free = shutil.disk_usage(parts.hub.folder).free
    state: Literal["ok", "warning"] = "ok" if free > FREE_BYTES else "warning"
    return Check(
        name="disk",
        state=state,
        says=f"{free / 1e9:.1f} GB free",
        next_step="" if state == "ok" else "free space before the next ingest",
    )


def _installation(_: "Wiring") -> Check:
    owners = packages_distributions()
    foreign = {
        name: owner
        for name in PACKAGES
        for owner in owners.get(name, ())
        if owner.lower() != "andon"
    }
    if foreign:
        says = ", ".join(f"package {name} belongs to {owner}" for name, owner in foreign.items())
        step = "install Andon into an environment of its own"
        return Check(name="installation", state="failed", says=says, next_step=step)
    return Check(name="installation", state="ok", says="no other package bears our names")


LOOKS = {
    "hub": _hub,
    "tables": _tables,
    "loads": _pending,
    "keys": _keys,
    "users": _users,
    "disk": _disk,
    "installation": _installation,
}


def _show(checks: list[Check]) -> None:
    for check in checks:
        OUT.print(f"{check.state:8} {check.name:13} {escape(check.says)}")
        if check.next_step:
            OUT.print(f"{'':22} next: {escape(check.next_step)}")
