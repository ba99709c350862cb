"""Digests over HTTP: what each region and site was told, in its language."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from apps.digest_reading import digests
from apps.http.answers import FAILURES, example
from apps.http.auth import Asker
from apps.http.failures import NotFound

router = APIRouter(prefix="/digests", tags=["digests"], responses=FAILURES)
_ONE = {"key": "digest:region:EU:T-4KQ2X7M3", "kind": "region", "place": "EU", "language": "de",
        "run_id": "T-4KQ2X7M3", "at": "2026-11-22T05:00:00Z", "subject": "EU, 22.11.2026: …",
        "text": "…", "cases": ["C-7QX2K9F4"], "sent": True}  # fmt: skip
_LIST = {"schema": "andon.digests/1", "digests": [_ONE]}
PlaceQuery = Annotated[
    str | None, Query(max_length=80, description="Only those of this region or site.")
]


@router.get("", summary="What was told", responses=example(_LIST, "The newest first."))
def digest_list(
    parts: Asker, region: PlaceQuery = None, limit: Annotated[int, Query(ge=1, le=200)] = 30
) -> dict[str, Any]:
    """Digests of the asker's regions and sites, each once, in the language of its readers."""
    found = digests(parts, region=region, limit=limit)
    told = [one.model_dump(mode="json") for one in found]
    return {"schema": "andon.digests/1", "digests": told}


@router.get("/latest", summary="What was told last", responses=example(_ONE, "The digest."))
def latest(parts: Asker, region: PlaceQuery = None) -> dict[str, Any]:
    """The newest digest; 404 where none was posted yet."""
    found = digests(parts, region=region, limit=1)
    if not found:
        raise NotFound(
            "there is no digest yet", next_step="`andon triage` or a worker makes the next one"
        )
    return {"schema": "andon.digest/1", **found[0].model_dump(mode="json")}
