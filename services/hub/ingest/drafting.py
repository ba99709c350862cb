"""A draft of the mapping for a file that nobody has mapped yet."""

import tempfile
from pathlib import Path

from domain.errors import DataRejected
from services.hub import engine
from services.hub.ingest.mapping.proposing import Proposal, propose
from services.hub.ingest.reading import ReadOptions, open_source


def draft_mapping(path: Path) -> Proposal:
    """Look at a file's columns and values and draft the mapping that it needs.

    Raises:
        DataRejected: there is no such file, or it cannot be read.
    """
    if not path.is_file():
        raise DataRejected(f"there is no file at {path}", next_step="name one file of the export")
    with tempfile.TemporaryDirectory(prefix="andon-") as workspace:
        connection = engine.connect()
        try:
            source = open_source(
                connection, path, ReadOptions(), Path(workspace), path.parent.resolve()
            )
            return propose(connection, source)
        finally:
            connection.close()
