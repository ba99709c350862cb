"""Digests go out: one for each region, in its language and by its clocks, once for a run."""

from domain.records.digest import Digest
from graphs.digests.rendering import render_digest
from graphs.triaging.telling import Place, regional_digest
from graphs.triaging.touched import touched
from graphs.triaging.triaging import EVERYWHERE, TriageState, Triaging
from memory.outbox import post
from services.messaging.rendering import Receiver
from services.messaging.routing import Route


def publish(run: Triaging, state: TriageState, regions: dict[str, str]) -> None:
    """Post the digest of the run's region, or of every region that it read for.

    Args:
        run: the run.
        state: what it found.
        regions: sales region by country.
    """
    both = touched(run)
    for name in _places(run, regions):
        route = run.acting.messaging.region(name)
        post_digest(run, regional_digest(run, state, both, Place(route, regions)), route)


def _places(run: Triaging, regions: dict[str, str]) -> list[str]:
    if run.region != EVERYWHERE:
        return [run.region]
    own = run.acting.messaging.regions if run.rest else ()
    return sorted(set(regions.values()) - set(own))


def post_digest(run: Triaging, digest: Digest, route: Route) -> None:
    """Put a digest into the outbox, for each of its targets; the same again posts nothing."""
    words = render_digest(digest, route.language)
    for target in route.digest:
        key = f"digest:{digest.kind}:{digest.place}:{run.run_id}:{target}"
        message = words.message(Receiver(target), key=key)
        with run.acting.ledger.change(by=run.by, at=run.now, run_id=run.run_id) as change:
            post(change, run.acting.jobs, message)
