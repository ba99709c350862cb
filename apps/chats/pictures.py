"""The charts that an answer cites, as pictures for a chat."""

import logging
from typing import TYPE_CHECKING, Any

from apps.chats.port import Picture
from domain.errors import AndonError
from domain.records.answer import Answer

if TYPE_CHECKING:
    from apps.wiring import Wiring

MOST_PICTURES = 2
"""Charts that are shown beneath an answer (count)."""
LONGEST_TITLE = 200
_LOG = logging.getLogger(__name__)


def pictures_of(body: dict[str, Any], parts: "Wiring") -> list[Picture]:
    """The first charts that an answer cites and its asker may see; none without `andon[charts]`."""
    from apps.charts import png
    from apps.terminal.pictures import cited

    found = []
    answer = Answer.model_validate({k: v for k, v in body.items() if k != "schema"})
    for name in cited(answer):
        try:
            evidence = parts.memory.evidence.get(name, parts.scope)
            if evidence.chart is None:
                continue
            title = f"{name}: {evidence.summary}"[:LONGEST_TITLE]
            found.append(Picture(f"{name}.png", title, png(evidence.chart)))
        except AndonError as error:
            _LOG.info("no picture of %s: %s", name, error.message)
        if len(found) == MOST_PICTURES:
            break
    return found
