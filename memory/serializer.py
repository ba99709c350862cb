"""Checkpoints hold plain JSON, and nothing else is made of them.

A checkpoint that named a class would have it imported and called when it is read: code run by
whoever can write to the file, and a state that breaks when the class moves. LangGraph's own switch
for this is an environment variable that also opens the door again for every type that a graph's
state is annotated with; here no setting opens it.
"""

from collections.abc import Iterable

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer


class PlainSerializer(JsonPlusSerializer):
    """Reads a typed object back as the dict of its fields, whatever the environment says."""

    def __init__(self) -> None:
        super().__init__(allowed_msgpack_modules=())

    def with_msgpack_allowlist(
        self, extra_allowlist: Iterable[tuple[str, ...] | type]
    ) -> "PlainSerializer":
        """The same serializer: no graph adds to what may be rebuilt."""
        return self
