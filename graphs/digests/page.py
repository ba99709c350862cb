"""A digest as a page that needs nothing from elsewhere: for mail and browser, wide and narrow."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from graphs.digests.document import Document, plain
from services.messaging.neutral import RIGHT_TO_LEFT

if TYPE_CHECKING:
    from jinja2 import Template


def as_page(document: Document) -> str:
    """The whole document; nothing is left out."""
    direction = "rtl" if document.language in RIGHT_TO_LEFT else "ltr"
    return _template().render(document=document, direction=direction, subject=plain(document.title))


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(str(files(__package__)))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")
