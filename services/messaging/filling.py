"""Finds a template and fills it; every value is made inert on its way into the text.

A template file is one kind in one language: its first line is the subject, the rest the body in
paragraphs; a line that begins with `- ` is an item of a list. Values stay on one line, so none of
them can begin a paragraph, and none is ever read as a template.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from domain.records.proposal import Letter
from services.messaging.moments import local_moment
from services.messaging.neutral import RIGHT_TO_LEFT, isolated, neutral
from services.messaging.supplier_contents import Measure

if TYPE_CHECKING:
    from jinja2 import Environment, Template

FOLDER = Path(str(files(__package__) / "templates"))
PAGE = "page.html.j2"
ITEM = "- "
PARAGRAPH = "\n\n"
NOTHING = "–"
SHARES = ("lot_rejection_rate", "on_time_delivery")
"""Measures that are shown as percent."""
_GAP = re.compile(r"\n{3,}")


class _Finished(str):
    """A text that was made inert already."""

    __slots__ = ()


class _Paragraph(NamedTuple):
    lines: list[str]
    entries: list[str]

    @classmethod
    def of(cls, text: str) -> "_Paragraph":
        lines = text.split("\n")
        return cls(
            lines=[line for line in lines if not line.startswith(ITEM)],
            entries=[line.removeprefix(ITEM) for line in lines if line.startswith(ITEM)],
        )


def fill(kind: str, language: str, values: dict[str, object]) -> Letter:
    """Fill the template of a kind in a language.

    Raises:
        jinja2.UndefinedError: the template names a value that is not given.
        ValueError: it shows a value that is not known (null).
    """
    template = _environment(language).get_template(f"{kind}/{language}.j2")
    subject, _, body = template.render(values).strip().partition("\n")
    text = _GAP.sub(PARAGRAPH, body.strip())
    return Letter(language=language, subject=subject.strip(), text=f"{text}\n")


def page(letter: Letter) -> str:
    """The same words as a page that needs nothing from elsewhere."""
    return _pages().render(
        subject=letter.subject,
        paragraphs=[_Paragraph.of(part) for part in letter.text.strip().split(PARAGRAPH)],
        language=letter.language,
        direction="rtl" if letter.language in RIGHT_TO_LEFT else "ltr",
    )


@cache
def _pages() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(PAGE)


@cache
def _environment(language: str) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    def finished(value: object) -> str:
        return _shown(value, language)

    def listed(values: Iterable[object]) -> str:
        return _Finished(", ".join(_shown(value, language) for value in values) or NOTHING)

    def local(value: datetime, timezone: str) -> str:
        return _Finished(isolated(" ".join(local_moment(value, timezone)), language))

    def figure(measure: Measure) -> str:
        return _Finished(isolated(_figure(measure, language), language))

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finished,
    )
    environment.filters.update(listed=listed, local=local, figure=figure)
    return environment


def _shown(value: object, language: str) -> str:
    """A value as text: ISO dates, plain counts, words inert and apart from the line around."""
    match value:
        case _Finished():
            return value
        case None:
            raise ValueError("a template shows a value that is not known")
        case datetime():
            text = f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case date():
            text = value.isoformat()
        case _:
            text = neutral(str(value))
    return isolated(text, language)


def _figure(measure: Measure, language: str) -> str:
    """A measure as its readers write figures, in Western digits."""
    from babel.numbers import format_decimal

    percent = measure.name in SHARES
    value = measure.value * 100 if percent else measure.value
    text = format_decimal(value, format="0.##", locale=language, numbering_system="latn")
    return f"{text} %" if percent else text
