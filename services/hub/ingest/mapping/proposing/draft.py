"""The YAML of a draft, with a comment on every line that needs a look."""

import json
from collections.abc import Sequence

from services.hub.ingest.mapping.proposing.choice import Choice, Match, Seen
from services.hub.ingest.mapping.proposing.shapes import unit_in
from services.hub.ingest.reading import ReadOptions, Source
from services.hub.schema import Column, canonical

_MADE_UP = {
    "text": "{template: '{stem}-{row}'}",
    "timestamp": "{constant: '?'}",
    "date": "{constant: '?'}",
}
"""Rules for required columns that no source column fits, by type. A time is never invented: until
someone names its source, every row goes to quarantine."""
_EXAMPLES = 2
_NUMBERS = ("decimal", "thousands")


def yaml_text(
    choice: Choice,
    source: Source,
    files: Sequence[str],
    options: ReadOptions,
    questions: Sequence[str],
) -> str:
    """The draft as YAML that `load_mapping` reads.

    Args:
        choice: the table and its columns.
        source: the opened file.
        files: patterns for `files`.
        options: how the file was read, where detection did not decide.
        questions: what a person should answer; they stand at the top.
    """
    lines = [
        f"# Drafted from {_word(source.path)[1:-1]}: read it, correct it, then ingest with it."
    ]
    lines += [f"# ? {_one_line(question)}" for question in questions]
    lines += ["andon_mapping: 1", f"says: {_word(choice.table.says)}"]
    lines += [f"files: [{', '.join(map(_word, files))}]", *_read(source, options)]
    lines += ["tables:", *_referred(choice), *_chosen(choice), *_measured(choice)]
    taken = {match.seen.sample.name for match in choice.matches}
    taken |= {seen.sample.name for seen in choice.wide}
    unused = [name for name in source.columns if name not in taken]
    lines += [f"# not used: {_one_line(_word(name))}" for name in unused]
    return "\n".join(lines) + "\n"


def _chosen(choice: Choice) -> list[str]:
    lines = [f"  {choice.table.name}:", "    columns:"]
    found = {match.column.name: match for match in choice.matches}
    unpivoted = ("signal", "value") if choice.table.name == "signals" and choice.wide else ()
    for column in choice.table.columns:
        if column.name in found:
            lines.append(f"      {column.name}: {_rule(found[column.name])}")
        elif column.required and column.name not in unpivoted:
            made_up = _made_up(column, choice.table.key)
            lines.append(
                f"      {column.name}: {made_up}  # CHECK: required, and no column seems to give it"
            )
    if unpivoted:
        lines += _unpivot(choice.wide, "signal")
    return lines


def _referred(choice: Choice) -> list[str]:
    """Master rows for what the table refers to, so that its rows are not rejected as orphans."""
    lines = []
    for match in choice.matches:
        reference = match.column.references
        if reference is None or not reference.strict:
            continue
        parent = canonical()[reference.table]
        if [column.name for column in parent.columns if column.required] == list(parent.key):
            rule = _word(match.seen.sample.name)
            lines += [
                f"  {parent.name}:",
                "    distinct: true",
                f"    columns: {{{parent.key[0]}: {rule}}}",
            ]
    return lines


def _measured(choice: Choice) -> list[str]:
    """Numbers beside the unit's own columns, as measurements with their characteristics."""
    if not choice.wide or choice.table.name == "signals":
        return []
    found = {match.column.name: match for match in choice.matches}
    times = [found[name] for name in ("measured_at", "built_at", "inspected_at") if name in found]
    made_up = _MADE_UP["timestamp"]
    lines = ["  characteristics:", "    rows:"]
    for seen in choice.wide:
        name = seen.sample.name
        words = {"characteristic_id": name, "name": name, "unit": unit_in(name) or ""}
        lines.append(f"      - {_flow(dict(words))}")
    lines += ["  measurements:", "    columns:", f"      serial: {_rule(found['serial'])}"]
    lines.append(f"      measured_at: {_rule(times[0]) if times else made_up + '  # CHECK'}")
    return lines + _unpivot(choice.wide, "characteristic_id")


def _unpivot(wide: Sequence[Seen], name_to: str) -> list[str]:
    columns = ", ".join(_word(seen.sample.name) for seen in wide)
    words = {word: value for seen in wide for word, value in seen.shape.words.items()}
    numbers = {word: value for word, value in words.items() if word in _NUMBERS}
    value = [f"      value: {_flow({'from': 'value', **numbers})}"] if numbers else []
    unpivot = f"    unpivot: {{columns: [{columns}], name_to: {name_to}, value_to: value}}"
    return [*value, unpivot]


def _read(source: Source, options: ReadOptions) -> list[str]:
    given = options.model_dump(mode="json", exclude_defaults=True)
    if source.encoding and source.encoding_confidence < 1:
        given.setdefault("encoding", source.encoding)
    if source.delimiter and source.delimiter_confidence < 1:
        given.setdefault("delimiter", source.delimiter)
    return [f"read: {_flow(given)}"] if given else []


def _rule(match: Match) -> str:
    sample, shape, column = match.seen.sample, match.seen.shape, match.column
    examples = "; ".join(_one_line(text)[:30] for text in sample.distinct[:_EXAMPLES])
    comment = f"  # {match.confidence:.2f}: {examples}" if column.data_class != "personal" else ""
    words = {word: value for word, value in shape.words.items() if _suits(word, column)}
    if not words:
        return _word(sample.name) + comment
    return _flow({"from": sample.name, **words}) + comment


def _suits(word: str, column: Column) -> bool:
    """True if a word of the shape helps to read a column of that type."""
    if word == "map":
        return column.codes == "country"
    if word == "date":
        return column.type in ("date", "timestamp")
    if word in _NUMBERS:
        return column.type in ("double", "bigint", "integer")
    return column.type != "text"


def _made_up(column: Column, key: tuple[str, ...]) -> str:
    if column.type == "text" and key != (column.name,):
        return "{template: '{stem}'}"
    return _MADE_UP.get(column.type, "{expression: row}")


def _flow(words: dict[str, object]) -> str:
    return "{" + ", ".join(f"{_key(key)}: {_value(value)}" for key, value in words.items()) + "}"


def _value(value: object) -> str:
    if isinstance(value, dict):
        return _flow(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return _word(str(value).lower() if isinstance(value, bool) else str(value))


def _key(key: str) -> str:
    return key if key.isidentifier() and key.isascii() else _word(key)


def _word(text: str) -> str:
    """A text as a double-quoted YAML scalar (JSON strings are such scalars)."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
