"""What is asked of the agents of requirements, standards and suppliers, in nine languages."""

import pytest
import yaml

from graphs.planning.aspects import default_aspects, own_aspects
from graphs.planning.language import supported_languages
from graphs.planning.phrases import every, rules


def agents(found) -> list[str]:
    return [task.agent for task in found.tasks]


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("What changes in test parameters from Germany to the US, and what of our CB report holds?",
         ("switch", "reuse")),
        ("Users want a quieter TV: metrics, targets, process parameters?", ("translate",)),
        ("Ist die Ausgabe 2018 der EN 60335-1 noch gültig?", ("edition",)),
        ("供应商 S-0102 最近交付质量变差了吗？需要发 SCAR 吗？", ("scorecard", "scar")),
        ("¿Qué normas y qué sellos necesita una nevera en Brasil?", ("which_standards", "marks")),
        ("Muss der Brand in Frankreich der Behörde gemeldet werden?", ("duty",)),
        ("ロットサイズ500、AQL 0.65。抜取数は？", ("sampling",)),
        ("Czy zostawić S-0105, czy szukać drugiego źródła?", ("strategy",)),
        ('قيم تقرير 8D من المورد S-0102: "خطأ العامل"', ("reply",)),
        ("Qual a prioridade de ação na FMEA com S=9, O=2 e D=4?", ("method",)),
        ("QFD pour le 65Q8 : image 5, son 3", ("weigh_needs",)),
    ],
)  # fmt: skip
def test_the_words_of_a_request_tell_what_is_asked(asked, text, aspects) -> None:
    assert asked(text).aspects == aspects


def test_without_such_words_an_agent_is_asked_its_first_task(asked) -> None:
    assert asked("S-0102").aspects == ("scorecard",)
    assert asked("EN 60335-1?").aspects == ("which_standards",)


def test_what_another_agent_is_asked_in_its_own_clause_is_not_this_ones(asked) -> None:
    found = asked("Which lot causes the noise of the RF-440? Then draft a SCAR to S-0102.")
    assert agents(found) == ["root_cause", "supplier_followup"]
    assert own_aspects("supplier_followup", found.aspects) == ("scar",)
    assert own_aspects("root_cause", found.aspects) == ("why",)


def test_an_agent_that_was_added_later_is_asked_its_default() -> None:
    assert own_aspects("standard_match", ("why",)) == ("which_standards",)


def test_test_settings_of_a_line_are_no_switch_between_markets(asked) -> None:
    assert agents(asked("Which test settings changed on QDA-L1 in May?")) == ["root_cause"]


def test_a_turn_without_an_agent_may_ask_something_else_of_the_last_one(asked) -> None:
    first = "Which standards apply to a TV in Germany?"
    assert asked("and for Brazil?", first).aspects == ("which_standards",)
    assert asked("and the marks?", first).aspects == ("marks",)
    assert agents(asked("and the marks?", first)) == ["standard_match"]


def test_every_aspect_has_words_in_every_language_and_gives_way_to_known_ones() -> None:
    told = rules("aspects")
    known = {aspect for agent in told["default"] for aspect in told.get(agent, ())}
    for agent in told["default"]:
        for aspect, words in told.get(agent, {}).items():
            missing = set(supported_languages()) - words.keys()
            assert not missing, f"{aspect}: {missing}"
            assert all(phrase.strip() for phrase in every(words)), aspect
    gives_way = told["gives_way"]
    known |= {aspect for one in rules("asking")["rules"].values() for aspect in one}
    assert {*gives_way, *(one for some in gives_way.values() for one in some)} <= known
    assert default_aspects(told["default"]) == tuple(told["default"].values())


def test_rules_speak_only_of_concepts_that_words_stand_for() -> None:
    told = rules("aspects")
    known = {f"={aspect}" for agent in told["default"] for aspect in told.get(agent, ())}
    asked = yaml.safe_dump(rules("asking")["rules"])
    used = {word.strip("'\":,") for word in asked.split() if word.strip("'\"").startswith("=")}
    assert used
    assert used <= known


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("Station QDA-L1-VIS rejects 8 % today: camera or product?", ("station",)),
        ("Are the golden samples of the camera judged right?", ("station_health",)),
        ("Set the threshold to miss at most 2 % scratches; I have 48 images", ("calibration",)),
    ],
)
def test_what_a_camera_station_is_asked_is_told_apart(asked, text, aspects) -> None:
    found = asked(text)
    assert (agents(found), found.aspects) == (["root_cause"], aspects)
