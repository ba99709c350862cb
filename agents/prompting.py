"""Prompts as files: Jinja2 templates in `prompts/` that fail on a missing value.

System prompts are plain text, the same for every request. What varies is rendered into a user
message; texts from data are values of the template and never templates themselves.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def prompt(name: str, /, **values: object) -> str:
    """The rendered text of `prompts/NAME.md`.

    Raises:
        jinja2.UndefinedError: the template needs a value that is not given.
    """
    return _environment().get_template(f"{name}.md").render(values).strip()


def language_name(language: str) -> str:
    """A language as a prompt names it, for example `Polish`.

    Args:
        language: its code (ISO 639-1).
    """
    from babel import Locale

    return Locale.parse(language).get_display_name("en") or language


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # Plain text for a model, not HTML: there is nothing to escape for.
    return Environment(
        loader=PackageLoader("agents", "prompts"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
