"""The expression language says what it looks like, fails no row, and lets no SQL through."""

import contextlib
import math

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import BadArgument
from services.hub.ingest.mapping.expression.parse import parse
from services.hub.ingest.mapping.expression.to_sql import condition_sql, number_sql
from services.hub.ingest.mapping.expression.tree import columns_of
from services.hub.ingest.mapping.quoting import quoted

CONNECTION = duckdb.connect()
VALUES = {"a": "2.5", "b [mm]": "-4", 'c"d': "0", "word": "Y", "empty": None}


class Cells:
    def text(self, name: str) -> str:
        return quoted(name)

    def number(self, name: str) -> str:
        return f"TRY_CAST({quoted(name)} AS DOUBLE)"

    def row_number(self) -> str:
        return "17"


def _evaluate(sql: str) -> object:
    cells = ", ".join(f"CAST(? AS VARCHAR) AS {quoted(name)}" for name in VALUES)
    row = CONNECTION.execute(
        f"SELECT {sql} FROM (SELECT {cells})", list(VALUES.values())
    ).fetchone()
    assert row is not None
    return row[0]


def number(text: str) -> object:
    return _evaluate(number_sql(text, Cells()))


def condition(text: str) -> object:
    return _evaluate(condition_sql(text, Cells()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7.0), ("(1 + 2) * 3", 9.0), ("7 / 2", 3.5), ("- - 3", 3.0), ("2 - -3", 5.0),
        ("8 - 3 - 2", 3.0), ("8 / 4 / 2", 1.0), ("-2 * 3", -6.0), ("PI * 2", 2 * math.pi),
        ("row + 1", 18.0), ("[a] * 2", 5.0), ("[b [mm]] + 1", -3.0), ('"c""d" + 1', 1.0),
        ("abs([b [mm]])", 4.0), ("min(3, [a], 9)", 2.5), ("MAX(3, [a])", 3.0),
        ("round(2.456, 2)", 2.46), ("sqrt(16)", 4.0), ("1e2 + .5", 100.5),
        ("9999999999 * 9e9", 9999999999 * 9e9),
    ],
)  # fmt: skip
def test_arithmetic_is_what_it_looks_like(text, expected):
    assert number(text) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    "text", ["1 / [c\"d]".replace('[c"d]', '"c""d"'), "sqrt(-1)", "[word] + 1", "[empty] * 2",
             "max(1, [empty])", "0 / 0"],
)  # fmt: skip
def test_what_has_no_value_is_null_and_fails_no_row(text):
    assert number(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a] > 2 and [b [mm]] < 0", True), ("[a] = 2.5", True), ("[word] = 'Y'", True),
        ("[word] != 'Y' or [a] <= 2.5", True), ("not [word] = 'Y'", False), ("[a] <> 2.5", False),
        ("[word] in ('X', 'Y')", True), ("[a] IN (1, 2.5)", True), ("[empty] is empty", True),
        ("[word] is not empty", True), ("[empty] = 'x'", None), ("not (1 > 2 or 2 > 3)", True),
        ("[a] = [word]", False), ("1 < 2 and 2 < 3 and 3 < 2", False), ("[word] = 'it''s'", False),
    ],
)  # fmt: skip
def test_conditions_are_what_they_look_like(text, expected):
    assert condition(text) is expected


@pytest.mark.parametrize(
    "text",
    ["", "1 +", "(1", "1)", "[a", "a + 1", "1 ; 2", "'x' + 1", "[a] > 1", "sqrt(1, 2)", "min(1)",
     "round([a], [a])", "round(1, 99)", "1 2", "exec('x')", "[a] -- x", "/* x */ 1", "1e999",
     "not 1", "[a] || 'x'", "(SELECT 1)", "$1", "read_csv('x')", "1 = 1"],
)  # fmt: skip
def test_a_text_outside_the_language_is_refused(text):
    with pytest.raises(BadArgument):
        number_sql(text, Cells())


@pytest.mark.parametrize(
    "text", ["1 + 1", "[a]", "'x'", "[a] = ", "(1 + 1) is empty", "[a] in ([word])", "'a' = 1",
             "[a] in ('x', 1)", "[word] = [a] = 1"],
)  # fmt: skip
def test_a_text_that_is_no_condition_is_refused(text):
    with pytest.raises(BadArgument):
        condition_sql(text, Cells())


def test_deep_and_long_expressions_are_refused_not_crashed():
    with pytest.raises(BadArgument, match="levels of brackets"):
        parse("(" * 100 + "1" + ")" * 100)
    with pytest.raises(BadArgument, match="more than 300 words"):
        parse(" + ".join(["1"] * 5000))
    assert number(" + ".join(["1"] * 150)) == 150.0
    assert number("-" * 200 + "1") == 1.0


def test_the_columns_of_an_expression_are_listed_once():
    tree = parse("[a] > 1 and not ([b] in (1, 2) or min([a], -[c]) / 2 = [d]) and [e] is empty")
    assert columns_of(tree) == ("a", "b", "c", "d", "e")


@given(st.text(max_size=40))
@settings(deadline=None)
def test_any_text_is_parsed_or_refused(text):
    with contextlib.suppress(BadArgument):
        assert parse(text) is not None


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20))
@settings(max_examples=60, deadline=None)
def test_a_quoted_text_means_itself(text):
    doubled = text.replace("'", "''")
    assert condition(f"'{doubled}' = '{doubled}'") is True
    assert condition(f"[word] = '{doubled}'") is (text == "Y")


_LEAVES = st.one_of(
    st.floats(0.01, 100).map(lambda number: (repr(number), number)),
    st.just(("[a]", 2.5)),
    st.just(("[b [mm]]", -4.0)),
    st.just(("pi", math.pi)),
)


def _joined(pair, operator):
    (left, one), (right, other) = pair
    if operator == "/" and other == 0:
        return f"({left} + {right})", one + other
    value = {"+": one + other, "-": one - other, "*": one * other}
    result = one / other if operator == "/" else value[operator]
    return f"({left} {operator} {right})", result


_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(_joined, st.tuples(inner, inner), st.sampled_from("+-*/")),
        inner.map(lambda item: (f"-{item[0]}", -item[1])),
        inner.map(lambda item: (f"abs({item[0]})", abs(item[1]))),
        st.tuples(inner, inner).map(
            lambda two: (f"min({two[0][0]}, {two[1][0]})", min(two[0][1], two[1][1]))
        ),
        inner.map(lambda item: (f"sqrt(abs({item[0]}))", math.sqrt(abs(item[1])))),
    ),
    max_leaves=12,
)


@given(_TREES)
@settings(max_examples=150, deadline=None)
def test_sql_and_python_agree_on_any_arithmetic(tree):
    text, expected = tree
    assert number(text) == pytest.approx(expected, rel=1e-12, abs=1e-300)
