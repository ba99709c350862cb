"""How foreign columns become canonical rows: the mapping file and its compiler."""

from services.hub.ingest.mapping.compile import compile_target
from services.hub.ingest.mapping.compiled import CompiledTarget, Problem
from services.hub.ingest.mapping.identity import identity_mapping
from services.hub.ingest.mapping.inline import InlineSource, inline_source
from services.hub.ingest.mapping.load import load_mapping
from services.hub.ingest.mapping.model import Mapping, SourceMapping, TableMapping, Target

__all__ = [
    "CompiledTarget",
    "InlineSource",
    "Mapping",
    "Problem",
    "SourceMapping",
    "TableMapping",
    "Target",
    "compile_target",
    "identity_mapping",
    "inline_source",
    "load_mapping",
]
