"""What a server tells those who operate it, as Prometheus reads it: counts and times, no names.

Labels hold words of this program only: no identifier, no text, nothing that a request brought.
"""

import ipaddress
import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apps.http.answers import FAILURES, media
from apps.http.auth import known
from apps.http.served import Here, Served
from memory.backlog import backlog

if TYPE_CHECKING:
    from apps.http.live_run import LiveRun
    from apps.wiring import Wiring

router = APIRouter(tags=["operation"], responses=FAILURES)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """The figures of one server, in a registry of its own."""

    def __init__(self, here: Served) -> None:
        self.registry = own = CollectorRegistry()
        self.requests = Counter(
            "andon_http_requests", "Requests.", ("method", "route", "status"), registry=own
        )
        self.seconds = Histogram(
            "andon_http_seconds",
            "Time to the start of the answer (s).",
            ("route",),
            registry=own,
            buckets=_SECONDS,
        )
        self.runs = Counter("andon_runs", "Runs that ended.", ("outcome",), registry=own)
        self.run_seconds = Histogram(
            "andon_run_seconds", "How long runs took (s).", registry=own, buckets=_SECONDS
        )
        self.tool_calls = Counter("andon_tool_calls", "Tool calls.", ("tool",), registry=own)
        self.model_requests = Counter("andon_model_requests", "Model requests.", registry=own)
        self.tokens = Counter("andon_model_prompt_tokens", "Tokens sent.", registry=own)
        at_work = Gauge("andon_runs_at_work", "Runs at work now.", registry=own)
        at_work.set_function(lambda: here.board.at_work)
        own.register(_Waiting(here.parts))
        here.board.on_end.append(self.run_ended)

    def run_ended(self, run: "LiveRun") -> None:
        """Count a run that ended."""
        answer = run.answer or {}
        cost = answer.get("cost", {})
        self.runs.labels(answer.get("outcome", run.state)).inc()
        self.run_seconds.observe(time.monotonic() - run.began)
        self.model_requests.inc(cost.get("model_requests", 0))
        self.tokens.inc(cost.get("prompt_tokens", 0))
        for told in run.told:
            if told.kind == "tool_call":
                self.tool_calls.labels(json.loads(told.data)["data"]["tool"]).inc()


def watch(app: FastAPI, here: Served) -> Metrics:
    """Have a server's requests and runs counted."""
    metrics = app.state.metrics = Metrics(here)
    app.add_middleware(CountRequests, metrics=metrics)
    return metrics


class CountRequests:
    """Counts every request by the route that it took, and not by its address."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                seconds = time.monotonic() - began
                self._metrics.seconds.labels(_route(scope)).observe(seconds)
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.requests.labels(method, _route(scope), str(status)).inc()


@router.get(
    "/metrics",
    summary="Figures for those who operate it",
    response_class=Response,
    responses=media("text/plain", "Prometheus text."),
)
async def metrics(request: Request, here: Here) -> Response:
    """Read from the server's own machine without a key, from elsewhere with one."""
    if not _near(request):
        await known(request, here)
    found: Metrics = request.app.state.metrics
    text = await run_in_threadpool(generate_latest, found.registry)
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Waiting(Collector):
    """What waits in the database, counted when somebody looks."""

    def __init__(self, parts: "Wiring") -> None:
        self._parts = parts

    def describe(self) -> Iterator[Metric]:
        """Nothing is counted when the server starts."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The figures of the moment."""
        with self._parts.ledger.read() as connection:
            found = backlog(connection, self._parts.now())
        for what, counts in (
            ("jobs", found.jobs),
            ("messages", found.messages),
            ("cases", found.cases),
        ):
            gauge = GaugeMetricFamily(f"andon_{what}", f"{what} by state.", labels=["state"])
            for state, count in counts.items():
                gauge.add_metric([state], count)
            yield gauge
        yield GaugeMetricFamily(
            "andon_proposals_waiting", "Proposals without a decision.", found.proposals
        )


def _near(request: Request) -> bool:
    """Whether it comes from this machine itself, and not through a proxy on it."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", None) or "unknown"
