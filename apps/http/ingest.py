"""Taking data in over HTTP: files of a form, or one file as the body.

Nothing of a body is read before its sender is known to be allowed to send it.
"""

import re
import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from apps.http.answers import FAILURES, example
from apps.http.auth import Asker
from apps.http.failures import Malformed
from apps.taking_in import take_in

router = APIRouter(tags=["data"], responses=FAILURES)
MOST_FILES = 100
"""Files of one ingest (count)."""
_PIECE = 1 << 20
_NAME = r"^\w[\w .,()+@=-]{0,150}$"
_REPORT = {"schema": "andon.ingest/1", "load_id": "L-7QX2K9F4AB", "commit": "C-X2DSUVOEU5",
           "already_loaded": False, "read": 3, "accepted": 2, "duplicate": 0, "quarantined": 1,
           "files": [{"path": "claims.csv", "read": 3, "accepted": 2, "duplicate": 0,
                      "quarantined": 1, "rules": {"future": 1}}]}  # fmt: skip
_FILE = {"type": "string", "contentMediaType": "application/octet-stream"}
_FORM = {
    "type": "object",
    "properties": {"file": {"type": "array", "items": _FILE, "minItems": 1}},
    "required": ["file"],
}
_BODY = {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}


@router.post(
    "/ingest",
    summary="Take files in",
    responses=example(_REPORT, "What became of every row."),
    openapi_extra={"requestBody": _BODY},
)
async def ingest(
    request: Request,
    parts: Asker,
    filename: Annotated[
        str | None, Query(pattern=_NAME, description="Name of the file that is the body.")
    ] = None,
    mapping: Annotated[
        str | None, Query(max_length=80, description="Name of a shipped mapping.")
    ] = None,
    update: Annotated[bool, Query(description="Replace held rows of the same key.")] = False,
) -> dict[str, Any]:
    """A file that bears a table's name needs no mapping; others need one, beside them or by name.

    Files come as fields `file` of a form, `andon-mapping.yaml` among them where it is needed; one
    file may also be the body itself, with `filename`.

    Every row is accepted, a duplicate, or in quarantine; the same files again change nothing. Takes
    a role that the rules of actions name under `data.ingest`.
    """
    parts.action_policy.check_ingest(parts.principal)
    with tempfile.TemporaryDirectory(prefix="andon-ingest-") as place:
        folder = Path(place)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
                await _keep_all(form, folder)
        else:
            await _keep_body(request, _path(folder, filename or ""))
        report = await run_in_threadpool(
            lambda: take_in(parts, folder, mapping=mapping, update=update)
        )
    return report.to_json()


async def _keep_all(form: FormData, folder: Path) -> None:
    files = [one for one in form.getlist("file") if isinstance(one, UploadFile)]
    if not files:
        raise Malformed(
            "the form has no file", holds="nothing was read", next_step="send fields named `file`"
        )
    for one in files:
        path = _path(folder, one.filename or "")
        with path.open("xb") as kept:
            while piece := await one.read(_PIECE):
                await run_in_threadpool(kept.write, piece)


async def _keep_body(request: Request, path: Path) -> None:
    with path.open("xb") as kept:
        async for piece in request.stream():
            await run_in_threadpool(kept.write, piece)


def _path(folder: Path, name: str) -> Path:
    """Where a file is kept for the moment; its name says which table it is for."""
    if not re.fullmatch(_NAME, name):
        raise Malformed(
            "a file needs a plain name, without folders",
            holds="nothing was read",
            next_step="name it after its table, as claims.csv (`?filename=` for a bare body)",
        )
    path = folder / name
    if path.exists():
        raise Malformed(f"two files bear the name {name!r}", holds="nothing was read")
    return path
