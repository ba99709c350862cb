"""The server: lists, calls and reads, each for whoever asks."""

import asyncio
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from typing import Any

import mcp_types as types
from mcp.server import Server, ServerRequestContext

from apps.mcp_server import resources
from apps.mcp_server.calling import Caller, call
from apps.mcp_server.offering import descriptions
from apps.wiring import Wiring

Context = ServerRequestContext[Any, Any]
PartsOf = Callable[[Context], Wiring]
_INSTRUCTIONS = """Andon answers questions about product quality from a versioned data hub.

Use `ask` for questions, the other tools for single looks. Every figure carries an evidence id
(`E-…`): cite it, and read `andon://evidence/{id}` for the question, data and versions behind it.
Nothing here approves anything: what you propose waits until a named person approves exactly it."""


def _anything(_: Wiring) -> None:
    """Whoever asks may ask as often as they like."""


def make_server(parts_of: PartsOf, begin: Callable[[Wiring], None] = _anything) -> Server[Any]:
    """A server.

    Args:
        parts_of: finds the program's parts for whoever sent a request.
        begin: called before a question is put; raises AndonError if its asker asks too often.
    """

    async def list_tools(_: Context, __: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=list(descriptions()))

    async def call_tool(ctx: Context, asked: types.CallToolRequestParams) -> types.CallToolResult:
        async def tell(progress: float, message: str) -> None:
            await ctx.session.report_progress(progress, None, message)

        parts = parts_of(ctx)
        caller = Caller(parts, tell, partial(begin, parts))
        return await call(caller, asked.name, asked.arguments or {})

    async def list_resources(ctx: Context, __: object) -> types.ListResourcesResult:
        found = await asyncio.to_thread(resources.listed, parts_of(ctx))
        return types.ListResourcesResult(resources=found)

    async def list_templates(_: Context, __: object) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(resource_templates=list(resources.TEMPLATES))

    async def read_resource(
        ctx: Context, asked: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        return await asyncio.to_thread(resources.read, parts_of(ctx), str(asked.uri))

    return Server(
        "andon",
        version=version("andon"),
        title="Andon",
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )
