"""The casebook of a call, where there is one."""

from domain.errors import NotPermitted
from memory.casebook import Casebook
from tools.tool import ToolContext


def casebook(context: ToolContext) -> Casebook:
    """What the call may write.

    Raises:
        NotPermitted: nothing may be written here.
    """
    if context.memory.casebook is None:
        raise NotPermitted(
            "nothing may be written here: this call only reads",
            holds="nothing was written",
            next_step="do it with `andon case` or `andon proposals`",
        )
    return context.memory.casebook
