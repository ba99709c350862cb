"""A digest as Slack blocks, within Slack's limits; what does not fit is counted, never dropped.

Everything is `plain_text`, in which Slack finds no mention, link or markup, bar the headings, whose
words are ours. Limits: 50 blocks a message, 3,000 characters a section, 150 a header.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from graphs.digests.document import Document, Section
from graphs.digests.language import Speech
from graphs.digests.plain_text import entry, spoken

MOST_BLOCKS = 50
LONGEST_SECTION = 3000
LONGEST_HEADER = 150
ENTRIES_A_BLOCK = 8
"""Entries that share a section, so that it can be read."""
Block = dict[str, Any]


class _Counted(NamedTuple):
    block: Block
    entries: int


def as_blocks(document: Document) -> tuple[Block, ...]:
    """At most 50 blocks; where there would be more, the last one says how many entries are missing.

    Source: block kit reference of Slack's developer documentation, as of 2026.
    """
    counted = list(_blocks(document))
    foot = _context(" ".join(spoken(part, document.language) for part in document.foot))
    if len(counted) < MOST_BLOCKS:
        return (*(one.block for one in counted), foot)
    kept, left = counted[: MOST_BLOCKS - 2], counted[MOST_BLOCKS - 2 :]
    while kept and kept[-1].entries == 0 and len(kept) > 1:
        left.insert(0, kept.pop())  # a heading without entries says nothing
    speech = Speech(document.language, "UTC")
    missing = speech.number(sum(one.entries for one in left))
    marker = spoken(speech.say("left_out", count=missing), document.language)
    return (*(one.block for one in kept), _text(f"… {marker}"), foot)


def _blocks(document: Document) -> Iterator[_Counted]:
    language = document.language
    yield _Counted(_header(spoken(document.title, language)), 0)
    yield _Counted(_text("\n".join(spoken(part, language) for part in document.lead)), 0)
    for section in document.sections:
        heading = spoken(section.heading, language)
        yield _Counted({"type": "section", "text": {"type": "mrkdwn", "text": f"*{heading}*"}}, 0)
        yield from _entries(section, language)


def _entries(section: Section, language: str) -> Iterator[_Counted]:
    lines: list[str] = []
    for line in section.lines:
        text = _cut(f"• {entry(line, language)}", LONGEST_SECTION)
        together = sum(len(one) + 1 for one in lines) + len(text)
        if lines and (together > LONGEST_SECTION or len(lines) == ENTRIES_A_BLOCK):
            yield _Counted(_text("\n".join(lines)), len(lines))
            lines = []
        lines.append(text)
    if lines:
        yield _Counted(_text("\n".join(lines)), len(lines))


def _header(text: str) -> Block:
    return {"type": "header", "text": _plain(_cut(text, LONGEST_HEADER))}


def _text(text: str) -> Block:
    return {"type": "section", "text": _plain(_cut(text, LONGEST_SECTION))}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_plain(_cut(text, LONGEST_SECTION))]}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
