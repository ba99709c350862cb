"""What the documents tell people to type works: verbs, options, targets and variables exist."""

import re
import shlex

import pytest
import typer

from apps.cli import app
from apps.verbs import VERBS

DOCUMENTS = ("README.md", "CONTRIBUTING.md")
VARIABLE = re.compile(r"\b(?:ANDON|OPENAI)_[A-Z_]+\b")


@pytest.fixture(scope="module")
def commands():
    """Every verb by name, as the command line knows it."""
    return typer.main.get_command(app).commands


@pytest.fixture(scope="module")
def typed(root) -> list[list[str]]:
    """Command lines that the documents show in their shell blocks."""
    lines = []
    for name in DOCUMENTS:
        text = (root / name).read_text(encoding="utf-8")
        for block in re.findall(r"```sh\n(.*?)```", text, re.S):
            joined = block.replace("\\\n", " ").splitlines()
            lines += [words for line in joined if (words := shlex.split(line, comments=True))]
    return lines


def test_the_readme_shows_every_verb(readme) -> None:
    names = {verb.__name__ for verb in VERBS}
    assert sorted(name for name in names if f"`andon {name}" not in readme) == []


def test_every_verb_says_in_one_sentence_what_it_does() -> None:
    silent = [v.__name__ for v in VERBS if not (v.__doc__ or "").splitlines()[0].endswith(".")]
    assert silent == []


def test_every_andon_command_of_the_documents_is_understood(typed, commands) -> None:
    lines = [words[1:] for words in typed if words[0] == "andon"]
    assert len(lines) > 5, "the documents show no commands any more"
    for verb, *arguments in lines:
        assert verb in commands, f"there is no verb {verb}"
        context = commands[verb].make_context(verb, list(arguments))
        assert not context.args


def test_every_make_target_of_the_documents_exists(root) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, re.M))
    named = {
        target
        for name in DOCUMENTS
        for target in re.findall(r"(?:`|^)make ([a-z-]+)", (root / name).read_text(), re.M)
    }
    assert named
    assert sorted(named - targets) == []


def test_the_readme_lists_the_variables_that_are_read(readme, table_of, modules, test_modules):
    shown = {row[0].strip("`") for row in table_of(readme, "variable")}
    read = {
        name
        for module in (*modules, *test_modules)
        if "house_rules" not in module.path
        for text in module.texts()
        for name in VARIABLE.findall(text)
    }
    assert shown == read


def test_every_file_that_a_document_links_to_exists(root, kept_files) -> None:
    gone = [
        f"{name}: {target}"
        for name in kept_files
        if name.endswith(".md")
        for target in re.findall(r"\]\(([^)#:\s]+)\)", (root / name).read_text(encoding="utf-8"))
        if not ((root / name).parent / target).exists()
    ]
    assert gone == []
