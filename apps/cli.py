"""The terminal: parses, calls, prints. Standard output is for results, standard error for the rest.

Exit codes: 0 answered (no data too), 1 a defect of ours, 2 bad argument, 3 data rejected, 4 not
permitted or refused, 5 hub or a service unavailable, 6 a name is unknown or the question unclear,
7 a target was missed, 130 interrupted.
"""

import io
import os
import sys
import traceback

import typer
from typer._click.exceptions import ClickException  # typer ships a click of its own

from apps.render import show_error
from apps.verbs import VERBS
from domain.errors import AndonError, BadArgument, Interrupted

app = typer.Typer(
    name="andon",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Quality-engineering agents over a versioned quality data hub.",
)
for verb in VERBS:
    app.command()(verb)


class Defect(AndonError):
    """Something that should not happen: a defect of this program."""

    code = "defect"
    exit_code = 1


_STOPPED = Interrupted("stopped", holds="the hub is as it was")


def main() -> None:
    """Run one command and leave with the documented exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # what a terminal cannot show is no failure
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit code."""
    try:
        asked = arguments or ["--help"]
        result = typer.main.get_command(app)(asked, standalone_mode=False)
    except BrokenPipeError:  # whoever read the output, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  the edge of the program: nobody else would catch it
        return _failed(_named(error), arguments)
    except KeyboardInterrupt:
        return _failed(_STOPPED, arguments)
    if result == Interrupted.exit_code:  # typer turns Ctrl-C into this code, without a word
        return _failed(_STOPPED, arguments)
    return result if isinstance(result, int) else 0


def _named(error: Exception) -> AndonError:
    """The failure in the house's words."""
    if isinstance(error, AndonError):
        return error
    if isinstance(error, typer.Abort):
        return _STOPPED
    if isinstance(error, ClickException):
        return BadArgument(error.format_message(), next_step="`andon --help` lists what there is")
    if os.environ.get("ANDON_DEBUG"):
        traceback.print_exception(error)
    return Defect(
        f"a defect of Andon: {type(error).__name__}: {error}",
        holds="nothing was committed to the hub after the failure",
        next_step="run it again with ANDON_DEBUG=1 and report what it prints",
    )


def _failed(error: AndonError, arguments: list[str]) -> int:
    show_error(error, as_json="--json" in arguments)
    return error.exit_code
