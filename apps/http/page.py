"""Serves the page: the files of `apps/page`, and the words that it speaks in.

The files are found once. Nothing of a request's path ever becomes a path on disk.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from apps.http.failures import NotFound

router = APIRouter(include_in_schema=False)
LANGUAGES = {"en": "English", "zh": "中文", "ar": "العربية"}
"""Languages of the page (ISO 639-1), each with its own name for itself."""
_FOLDER = Path(__file__).parents[1] / "page"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
}


class File(NamedTuple):
    """One file as it is sent."""

    content: bytes
    """What it holds."""
    media_type: str
    """What it is."""
    etag: str
    """Names the content, so that a browser asks again without fetching again."""


@router.get("/")
async def index(request: Request) -> Response:
    """The page."""
    return _sent(_files()["index.html"], request)


@router.get("/favicon.ico")
async def icon(request: Request) -> Response:
    """The sign in the browser's tab."""
    return _sent(_files()["icon.svg"], request)


@router.get("/words/{language}.json")
async def words(language: str, request: Request) -> Response:
    """What the page says in one language.

    Raises:
        NotFound: the page does not speak it.
    """
    if language not in LANGUAGES:
        raise NotFound(f"the page has no words in {language[:20]!r}")
    return _sent(_words(language), request)


@router.get("/static/{name:path}")
async def static(name: str, request: Request) -> Response:
    """One file of the page.

    Raises:
        NotFound: the page has no such file.
    """
    found = _files().get(name)
    if found is None:
        raise NotFound(f"the page has no file {name[:80]!r}")
    return _sent(found, request)


def _sent(file: File, request: Request) -> Response:
    headers = {"ETag": file.etag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == file.etag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


@cache
def _files() -> dict[str, File]:
    """Every file by its name below `/static/`."""
    own = _FOLDER / "static"
    found = {path.relative_to(own).as_posix(): path for path in own.rglob("*")}
    found |= {f"vendor/{path.name}": path for path in (_FOLDER / "vendor").iterdir()}
    return {
        name: _file(path.read_bytes(), _TYPES[path.suffix])
        for name, path in found.items()
        if path.suffix in _TYPES
    }


@cache
def _words(language: str) -> File:
    """The page's own words, with the terms that the rest of the house uses."""
    from agents.wording.phrasebook import phrasebook
    from apps.terminal.labels import labels_for

    own = (_FOLDER / "words" / f"{language}.json").read_text(encoding="utf-8")
    labels = labels_for(language)
    sentences = {"cause": labels.cause, "fix": labels.fix, "outcome": labels.outcome}
    told = {
        "words": json.loads(own),
        "terms": phrasebook(language).terms,
        "sentences": sentences,
        "languages": LANGUAGES,
    }
    return _file(json.dumps(told, ensure_ascii=False).encode(), _TYPES[".json"])


def _file(content: bytes, media_type: str) -> File:
    return File(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
