"""Every tool can be understood from its declaration alone, by a person and by a model."""

from collections.abc import Iterator
from typing import Any

from tools.registry import registry


def _undescribed(schema: dict[str, Any]) -> Iterator[str]:
    nested = schema.get("$defs", {})
    for name, body in {schema["title"]: schema, **nested}.items():
        for field, said in body.get("properties", {}).items():
            if not said.get("description", "").strip():
                yield f"{name}.{field}"


def test_there_are_tools() -> None:
    assert "describe_hub" in registry()


def test_every_field_of_every_question_and_result_says_what_it_means() -> None:
    silent = {
        f"{tool.name}: {field}"
        for tool in registry().values()
        for schema in (
            tool.question.model_json_schema(),
            tool.result.model_json_schema(mode="serialization"),
        )
        for field in _undescribed(schema)
    }
    assert silent == set()


def test_a_tool_says_first_what_it_answers_and_then_when_to_call_it() -> None:
    wrong = []
    for tool in registry().values():
        first, *rest = tool.description.splitlines()
        is_sentence = first[0].isupper() and first.endswith((".", "?"))
        if not is_sentence or len(rest) < 2 or rest[0] != "":
            wrong.append(f"{tool.name}: {first}")
    assert wrong == []


def test_a_tool_lives_in_a_file_of_its_name_and_has_a_test_beside_it(root) -> None:
    missing = []
    for tool in registry().values():
        *folders, module = tool.function.__module__.split(".")
        if module != tool.name:
            missing.append(f"{tool.name} is declared in {tool.function.__module__}")
        if not (root / "tests" / "/".join(folders) / f"test_{tool.name}.py").exists():
            missing.append(f"{tool.name} has no test")
    assert missing == []


def test_the_tool_table_of_the_readme_is_the_registry(readme, table_of) -> None:
    shown = [tuple(row) for row in table_of(readme, "tool")]
    assert shown == [
        (f"`{tool.name}`", tool.effect, tool.summary.replace("|", "\\|"))
        for tool in registry().values()
    ]
