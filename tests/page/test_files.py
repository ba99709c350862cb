"""The files of the page: pinned, complete in every language, and safe to serve."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from apps.http import page
from apps.http.failures import tell_failures

PAGE = Path(page.__file__).parents[1] / "page"
MODULES = sorted((PAGE / "static" / "js").glob("*.js"))
WORDS = {
    name: json.loads((PAGE / "words" / f"{name}.json").read_text("utf-8"))
    for name in ("en", "zh", "ar")
}


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    tell_failures(app)
    app.include_router(page.router)
    return TestClient(app)


def test_what_others_made_is_what_was_pinned():
    pins = json.loads((PAGE / "vendor" / "PINS.json").read_text("utf-8"))
    held = {one.name for one in (PAGE / "vendor").iterdir()} - {"PINS.json"}
    assert held == pins.keys()
    for name, pin in pins.items():
        assert hashlib.sha256((PAGE / "vendor" / name).read_bytes()).hexdigest() == pin["sha256"]


def test_every_language_of_the_page_says_everything():
    assert WORDS.keys() == page.LANGUAGES.keys()
    for name, words in WORDS.items():
        assert words.keys() == WORDS["en"].keys(), name
        for key, said in words.items():
            assert isinstance(said, dict) == isinstance(WORDS["en"][key], dict), (name, key)
            assert places(said) == places(WORDS["en"][key]), (name, key)


def places(said) -> set[str]:
    """Places of a phrase; a form that says the number in a word needs no place for it."""
    text = " ".join(said.values()) if isinstance(said, dict) else said
    return set(re.findall(r"\{(\w+)\}", text))


def test_every_word_that_a_module_asks_for_is_there_and_none_is_left_over():
    code = "\n".join(one.read_text("utf-8") for one in MODULES)
    asked = set(re.findall(r'\bt\(\s*"([^"]+)"', code))
    assert asked - WORDS["en"].keys() == set()
    begun = {one for one in re.findall(r"\bt\(`([a-z_.]+)\$\{", code)}
    told = set(re.findall(r'"([a-z0-9_.]+)"', code))
    unused = [
        key for key in WORDS["en"]
        if key not in asked | told and not any(key.startswith(one) for one in begun)
    ]  # fmt: skip
    assert unused == []


def test_no_module_makes_html_of_text_or_code_of_it():
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|dangerouslySet|\beval\(|new Function"
        r"|document\.write"
    )
    assert [one.name for one in MODULES if forbidden.search(one.read_text("utf-8"))] == []


def test_the_frame_has_no_inline_script_or_style():
    text = (PAGE / "static" / "index.html").read_text("utf-8")
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*src=)", text)


def test_a_file_is_sent_with_its_type_and_not_again_while_it_is_the_same(client):
    for address, kind in {
        "/": "text/html", "/static/js/main.js": "text/javascript", "/favicon.ico": "image/svg+xml",
        "/static/css/theme.css": "text/css", "/static/vendor/htm-preact.js": "text/javascript",
        "/words/ar.json": "application/json",
    }.items():  # fmt: skip
        first = client.get(address)
        assert first.headers["content-type"].startswith(kind), address
        again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), address


@pytest.mark.parametrize(
    "path",
    ["/static/%2e%2e/README.md", "/static//etc/passwd", "/static/",
     "/static/vendor/PINS.json/x", "/words/xx.json", "/words/%2e%2e.json", "/static/README.md"],
)  # fmt: skip
def test_what_is_no_file_of_the_page_is_not_found(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text


def test_words_carry_the_terms_of_the_house(client):
    told = client.get("/words/zh.json").json()
    assert told["terms"]["symptom"]["WATER_LEAK"] == "漏水"
    assert told["sentences"]["cause"]["cause_found"]
