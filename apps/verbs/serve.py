"""`andon serve`: the page and the HTTP interface, with a worker beside them."""

import logging
import os
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from apps.options import HubOption, UserOption, wiring
from apps.render import ERR, OUT
from domain.errors import BadArgument

if TYPE_CHECKING:
    from apps.http.serving import Address
    from apps.wiring import Wiring

DEMO = Path("demo")
DEMO_APPROVER = "quality_manager"
"""Who may approve what the demo proposes; whoever asked for it may not."""
LOGIN_LASTS = timedelta(minutes=10)
NEEDED = ("fastapi", "uvicorn", "multipart", "prometheus_client")

HostOption = Annotated[str, typer.Option("--host", help="Address to listen on.")]
PortOption = Annotated[int, typer.Option("--port", help="Port to listen on; 0: any free one.")]
NameOption = Annotated[
    list[str] | None,
    typer.Option("--host-name", help="A name that it answers to, beside the address; repeatable."),
]
ProxyOption = Annotated[
    str | None,
    typer.Option("--proxy", help="Address of a TLS proxy whose forwarded headers are believed."),
]
WorkerOption = Annotated[
    bool, typer.Option("--worker/--no-worker", help="Whether to carry out what is due meanwhile.")
]
DemoOption = Annotated[bool, typer.Option("--demo", help="Serve the plant that `andon demo` made.")]
RunsOption = Annotated[
    float, typer.Option("--runs-per-minute", help="Questions that one person may ask.", min=0.1)
]
DrainOption = Annotated[
    float, typer.Option("--drain", help="Seconds that runs may go on when it stops.", min=0)
]


def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8321,
    host_name: NameOption = None,
    proxy: ProxyOption = None,
    worker: WorkerOption = True,
    demo: DemoOption = False,
    runs_per_minute: RunsOption = 60.0,
    drain: DrainOption = 20.0,
    hub: HubOption = None,
    user: UserOption = None,
) -> None:
    """Serve the page and the HTTP interface until it is stopped."""
    _check_installed()
    from apps.http.app import create_app
    from apps.http.limits import LOOPBACK
    from apps.http.served import Options
    from apps.http.serving import Address, EmbeddedWorker, Server, warm

    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    parts, is_demo = served_parts(hub, user, demo=demo)
    parts.principal  # noqa: B018  an unknown user hears of it now
    address = Address(host, port)
    names = (*LOOPBACK, host, *(host_name or ())) if address.is_loopback or host_name else ()
    options = Options(
        demo=is_demo,
        hosts=names,
        runs_per_minute=runs_per_minute,
        runs_at_once=max(1, int(runs_per_minute)),
        drain_seconds=drain,
    )
    app = create_app(parts, options)
    listening = address.listen()
    at = address._replace(port=listening.getsockname()[1])
    _say_where(parts, at, is_demo=is_demo, proxy=proxy)
    threading.Thread(target=warm, args=(parts,), daemon=True).start()
    Server(app, listening, worker=EmbeddedWorker(parts) if worker else None, proxy=proxy).hold()
    OUT.print("stopped")


def _check_installed() -> None:
    from importlib.util import find_spec

    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise BadArgument(
            f"the server needs what is not installed: {', '.join(missing)}",
            next_step="install `andon[server]`",
        )


def served_parts(
    hub: Path | None, user: str | None, *, demo: bool = False
) -> "tuple[Wiring, bool]":
    """The parts that `andon serve` serves here, and whether they are the demo's.

    Raises:
        BadArgument: the demo is asked for, and there is none.
    """
    from apps.wiring import Wiring

    parts = wiring(hub, user)
    there = (DEMO / "hub" / "hub.json").exists()
    if demo and not there:
        raise BadArgument(f"there is no demo in {DEMO}/", next_step="make it with `andon demo`")
    named = hub is not None or "ANDON_HUB" in os.environ
    if not demo and (named or (parts.settings.hub / "hub.json").exists() or not there):
        return parts, parts.settings.hub.resolve() == (DEMO / "hub").resolve()
    state = DEMO / "state"
    settings = replace(parts.settings, hub=DEMO / "hub", state=state, config=state)
    return Wiring(settings), True


def _say_where(parts: "Wiring", at: "Address", *, is_demo: bool, proxy: str | None) -> None:
    shown = f"[{at.host}]" if ":" in at.host else at.host
    link = f"http://{shown}:{at.port}/"
    if is_demo:
        OUT.print(f"the simulated plant of `andon demo`, from {parts.settings.hub}", markup=False)
    OUT.print(f"serving {link}", markup=False, soft_wrap=True)
    if at.is_loopback:
        minutes = int(LOGIN_LASTS.total_seconds() // 60)
        for who in _let_in(parts, is_demo=is_demo):
            OUT.print(f"to sign in as {who}, once, within {minutes} minutes:", markup=False)
            OUT.print(f"  {link}#key={_login(parts, who)}", markup=False, soft_wrap=True)
    else:
        OUT.print("to let somebody in: andon keys add USER --name …", markup=False)
        if proxy is None:
            warning = "keys and answers travel in clear: put a proxy with TLS before it (--proxy)"
            ERR.print(f"warning: {warning}", markup=False)


def _let_in(parts: "Wiring", *, is_demo: bool) -> list[str]:
    """Whom links are shown for: the operator, and in a demo somebody who may approve."""
    operator = parts.principal.id
    approver = is_demo and DEMO_APPROVER in parts.people.ids and operator != DEMO_APPROVER
    return [operator, DEMO_APPROVER] if approver else [operator]


def _login(parts: "Wiring", who: str) -> str:
    from memory.api_keys import ApiKeys

    at, by = parts.now(), parts.principal.id
    keys = ApiKeys(parts.ledger)
    until = at + LOGIN_LASTS
    return keys.add(who, "andon serve", by=by, at=at, expires_at=until, kind="login").text
