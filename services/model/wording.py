"""The few sentences that stand in for what a server cannot do, or that ask for a repair."""

from collections.abc import Sequence

from domain.contract import Contract
from services.model.message import Json, ToolChoice, ToolSpec, compact, without_titles
from services.model.strict_schema import strict_schema

SCHEMA = "Reply with one JSON object and nothing else. It must fit this JSON schema:\n{schema}"
CALL_NOW = "Call one of the tools now."
TOOLS = """These tools can be called:
{tools}
{choice} reply with one JSON object and nothing else, several calls at once if you like:
{{"tool_calls":[{{"name":"the tool","arguments":{{}}}}]}}"""
MAY_CALL = "To call tools,"
MUST_CALL = "Call at least one tool: to do so,"
ELSE_SCHEMA = (
    "If you call no tool, reply with one JSON object that fits this JSON schema:\n{schema}"
)
ELSE_TEXT = "If you call none, reply in words."
RESULT = "Result of call {id}:\n{content}"
REPAIR = "That reply cannot be used: {problem}. Reply again, in full and in the right form."


def asking_for_schema(schema: type[Contract]) -> str:
    """Asks for a JSON answer in words."""
    return SCHEMA.format(schema=compact(strict_schema(schema)))


def else_asking_for_schema(schema: type[Contract]) -> str:
    """Asks for a JSON answer in words where tools may be called instead."""
    return ELSE_SCHEMA.format(schema=compact(strict_schema(schema)))


def offering_tools(
    tools: Sequence[ToolSpec], choice: ToolChoice, schema: type[Contract] | None
) -> str:
    """Offers tools in words, and says what to reply otherwise."""
    lines = "\n".join(
        f"- {tool.name}: {tool.description}\n  arguments: "
        f"{compact(without_titles(tool.parameters))}"
        for tool in tools
    )
    must = choice == "required"
    offer = TOOLS.format(tools=lines, choice=MUST_CALL if must else MAY_CALL)
    if must:
        return offer
    if schema is None:
        return f"{offer}\n{ELSE_TEXT}"
    return f"{offer}\n{else_asking_for_schema(schema)}"


def in_words(message: Json) -> Json:
    """A turn with tool calls, or with a result of one, for a server that knows no tools."""
    if message["role"] == "tool":
        text = RESULT.format(id=message["tool_call_id"], content=message["content"])
        return {"role": "user", "content": text}
    if "tool_calls" not in message:
        return message
    calls = [
        f'{{"name":{compact(call["function"]["name"])},"arguments":{call["function"]["arguments"]}}}'
        for call in message["tool_calls"]
    ]
    said = f'{{"tool_calls":[{",".join(calls)}]}}'
    return {
        "role": "assistant",
        "content": f"{message['content']}\n{said}" if message["content"] else said,
    }
