"""The server does what its own description says, whatever is sent to it."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.apps.http.live_server import Live

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


LOOK = settings(
    max_examples=2,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def server(live) -> Live:
    return live(requests_at_once=100_000, runs_at_once=2)


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_route_answers_as_it_is_described(server, mode):
    headers = {"Authorization": f"Bearer {server.key()}"}
    wrong = []
    looked_at = 0
    for found in schemathesis.openapi.from_url(f"{server.url}/openapi.json").get_all_operations():
        operation = found.ok()
        looked_at += 1

        @LOOK
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS, timeout=60)

        try:
            holds()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, "a route that takes nothing cannot be misused"
        except (AssertionError, BaseExceptionGroup) as trouble:
            wrong.append(f"{operation.label}: {trouble} {getattr(trouble, 'exceptions', '')}")
    assert wrong == []
    assert looked_at > 30


def test_every_route_says_what_it_is_for(server):
    for path, routes in server.app.openapi()["paths"].items():
        for method, route in routes.items():
            assert route["summary"], (method, path)
            assert route["tags"], (method, path)
            assert route.get("description"), (method, path)


def test_every_route_that_needs_a_key_says_how_it_refuses(server):
    open_to_all = {"/healthz", "/readyz", "/metrics", "/session"}
    for path, routes in server.app.openapi()["paths"].items():
        for method, route in routes.items():
            if path not in open_to_all:
                assert {"401", "429"} <= route["responses"].keys(), (method, path)
