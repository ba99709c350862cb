from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.errors import InvalidArgument, UnknownName
from domain.records.evidence import Evidence
from services.bundle import Services
from services.metrics.loading import load
from tools.metrics.translate_need import translate_need
from tools.runner import run_tool
from tools.tool import ToolContext

SOLD = date(2026, 1, 1)
LAST = datetime(2026, 6, 30, tzinfo=UTC)
IN_BRAZIL, IN_GERMANY = 30, 20


def claim(name: str, serial: str | None, country: str, day: datetime) -> dict[str, Any]:
    return {
        "claim_id": name,
        "serial": serial,
        "model_id": "AC-120X",
        "country": country,
        "failed_at": day,
        "reported_at": day,
        "symptom_code": "NOISE",
    }


def day(month: int, of: int) -> datetime:
    return datetime(2026, month, of, tzinfo=UTC)


WORLD = {
    "models": [
        {"model_id": "AC-120X", "family": "AC"},
        {"model_id": "65Q8", "family": "TV"},
        {"model_id": "RF-440", "family": "RF"},
    ],
    "markets": [{"country": "BR", "region": "LATAM"}, {"country": "DE", "region": "EU"}],
    "codes": [{"code": "NOISE", "kind": "symptom", "name": "noise"}],
    "units": [
        {"serial": f"{land}{i}", "model_id": "AC-120X", "country": land, "sold_on": SOLD}
        for land, count in (("BR", IN_BRAZIL), ("DE", IN_GERMANY))
        for i in range(count)
    ],
    "claims": [
        *(claim(f"K{i}", f"BR{i}", "BR", day(3, 1 + i)) for i in range(6)),
        claim("K-AGAIN", "BR0", "BR", day(3, 9)),
        claim("K-NOBODY", None, "BR", day(4, 1)),
        claim("K-DE", "DE0", "DE", LAST),
    ],
    "feedback": [
        {
            "feedback_id": f"F{i}",
            "received_at": day(5, 1 + i),
            "country": "BR",
            "model_id": "AC-120X",
        }
        for i in range(9)
    ],
    "feedback_codes": [
        {"feedback_id": f"F{i}", "coder": "rules", "symptom_code": code, "negated": i == 7}
        for i, code in enumerate(["NOISE"] * 8 + ["UNREAD"])
    ],
    "benchmarks": [
        {"model_id": "AC-120X", "metric": "sound_power_indoor", "value": 54.0, "unit": "dB(A)"},
        {"model_id": "X-AIR", "metric": "sound_power_indoor", "value": 51.0, "unit": "dB(A)"},
        {"model_id": "65Q8", "metric": "contrast_ratio", "value": 4000.0, "unit": "1"},
        {"model_id": "X-LUX", "metric": "contrast_ratio", "value": 6000.0, "unit": "1"},
    ],
    "requirements": [
        {
            "requirement_id": "RQ-1",
            "model_id": "AC-120X",
            "metric": "sound_power_indoor",
            "operator": "<=",
            "value": 52.0,
            "unit": "dB(A)",
            "status": "proposed",
        }
    ],
}
QUIET = (
    "Usuários no Brasil querem um ar-condicionado mais silencioso:"
    " métricas, metas e parâmetros de processo?"
)
CLEARER = "Users want clearer picture on 65Q8. Specs please."


@pytest.fixture
def translated(ask_stocked: Callable[..., ToolContext]) -> Callable[..., Evidence]:
    def call(text: str = "", **more: Any) -> Evidence:
        return run_tool(translate_need, {"text": text, **more}, ask_stocked())

    return call


def test_a_quiet_air_conditioner_is_sound_power_with_what_moves_it(translated) -> None:
    found = translated(QUIET).result
    first = found["needs"][0]["metrics"][0]
    assert (found["language"], found["family"], found["family_from"]) == ("pt", "AC", "text")
    assert (first["id"], first["unit"], first["direction"]) == (
        "sound_power_indoor",
        "dB(A)",
        "down",
    )
    assert {"process", "design"} == {one["kind"] for one in first["parameters"]}
    assert {one["id"]: one["sign"] for one in first["parameters"]}["fan_speed_curve"] == "+"
    assert first["method"]["edition_state"] == "current"
    assert found["questions"] == []


def test_a_country_in_the_words_narrows_the_field_record(translated) -> None:
    field = translated(QUIET).result["needs"][0]["field"]
    assert field["countries"] == ["BR"]
    assert field["unit_years"] == pytest.approx(IN_BRAZIL * 181 / 365.25)
    assert field["claims"] == 6
    rate = field["per_thousand_unit_years"]
    assert rate["estimate"] == pytest.approx(6 / field["unit_years"] * 1000)
    assert rate["low"] < rate["estimate"] < rate["high"]


def test_repeats_and_claims_without_a_unit_are_said_and_not_counted(translated) -> None:
    rules = {one.rule: one.rows for one in translated(QUIET).excluded}
    assert rules["claims on units not known as sold"] == 1
    assert rules["repeated claims of a unit within 30 days"] == 1


def test_feedback_that_denies_or_waits_for_a_reader_is_not_counted(translated) -> None:
    field = translated(QUIET).result["needs"][0]["field"]
    assert (field["feedback"], field["feedback_read"]) == (7, 8)


def test_a_handful_of_claims_is_not_shown_to_who_may_not_see_persons(ask_stocked) -> None:
    asker = ask_stocked(classes=("internal",))
    query = {"text": "too noisy", "family": "AC", "markets": ["DE"]}
    field = run_tool(translate_need, query, asker).result["needs"][0]["field"]
    assert (field["claims_state"], field["claims"]) == ("small", None)
    assert field["per_thousand_unit_years"] is None


def test_where_nothing_was_sold_there_is_no_rate_of_zero(translated) -> None:
    found = translated("less noise please, it is noisy", family="AC", markets=["FR"])
    field = found.result["needs"][0]["field"]
    assert (field["claims_state"], field["claims"]) == ("no_data", None)
    assert "no_field_data" in {note.code for note in found.warnings}


def test_competitors_stand_beside_our_value_and_the_requirement(translated) -> None:
    first = translated(QUIET).result["needs"][0]["metrics"][0]
    ours, theirs = first["benchmarks"]
    assert (ours["model_id"], ours["gap"]) == ("AC-120X", None)
    assert (theirs["gap"], theirs["ratio"], theirs["better"]) == (-3.0, None, True)
    assert [one["requirement_id"] for one in first["requirements"]] == ["RQ-1"]


def test_an_ambiguous_wish_asks_back_and_says_what_it_assumes(translated) -> None:
    found = translated(CLEARER)
    need = found.result["needs"][0]
    (question,) = found.result["questions"]
    assert (found.result["models"], found.result["family_from"]) == (["65Q8"], "model")
    assert (need["need"], need["default_driver"]) == ("clearer_picture", "scene_contrast")
    assert (question["kind"], question["default"]) == ("driver", "scene_contrast")
    assert {"motion_clarity", "glare_control"} < set(question["options"])
    assert set(question["option_names"]["motion_clarity"]) >= {"en", "ar", "zh"}
    assert need["metrics"][0]["benchmarks"][1]["ratio"] == 1.5


def test_the_answer_to_the_question_decides_the_metrics(translated) -> None:
    found = translated(CLEARER, drivers=["motion_clarity"]).result
    assert found["questions"] == []
    assert found["needs"][0]["metrics"][0]["id"] == "motion_blur_time"


def test_what_the_bought_panel_fixes_is_said_to_be_unmovable(translated) -> None:
    found = translated("Customers demand a higher resolution", family="TV")
    first = found.result["needs"][0]["metrics"][0]
    assert (first["id"], first["movable"], first["parameters"]) == ("resolution", False, [])
    assert first["why_fixed"]
    assert "fixed_metrics" in {note.code for note in found.warnings}


def test_two_wishes_in_one_text_are_two_needs(translated) -> None:
    found = translated("The TV flickers, and it takes too much standby power").result
    assert {one["need"] for one in found["needs"]} == {"no_flicker", "low_standby"}


def test_a_limit_of_another_market_is_left_away(translated) -> None:
    wish = {"needs": ["low_standby"], "family": "TV"}
    here = translated(**wish, markets=["DE"]).result["needs"][0]["metrics"][0]
    there = translated(**wish, markets=["BR"]).result["needs"][0]["metrics"][0]
    assert (here["targets"][0]["op"], here["targets"][0]["value"]) == ("<=", 0.5)
    assert here["targets"][0]["source"]
    assert there["targets"] == []


def test_words_without_a_need_are_said_to_be_unknown_with_near_ones(translated) -> None:
    found = translated("purple elephants dance", family="TV")
    assert found.result["needs"] == []
    assert found.result["unknown"]["words"] == "purple elephants dance"
    assert found.result["questions"][0]["kind"] == "need"
    assert "unknown_need" in {note.code for note in found.warnings}


def test_without_a_product_one_is_asked_for(translated) -> None:
    found = translated("it should last longer").result
    assert (found["family"], found["rows_of"]) == (None, "GENERIC")
    assert [one["kind"] for one in found["questions"]][:1] == ["family"]
    assert {"TV", "AC"} <= set(found["questions"][0]["options"])


def test_a_product_that_nobody_knows_is_not_taken_for_another(translated) -> None:
    found = translated("fridge is loud").result
    assert (found["family"], found["needs"][0]["metrics"][0]["id"]) == (None, "sound_power")


def test_a_family_without_rows_of_its_own_gets_the_generic_ones(translated) -> None:
    found = translated("it should last longer", family="RF")
    assert (found.result["family"], found.result["rows_of"]) == ("RF", "GENERIC")
    assert found.result["needs"]
    assert "generic_rows" in {note.code for note in found.warnings}


def test_the_same_wish_in_nine_languages_is_the_same_metric(translated) -> None:
    said = [
        "The air conditioner should be quieter",
        "空调要更安静",
        "Die Klimaanlage soll leiser sein",
        "Le climatiseur doit être plus silencieux",
        "El aire acondicionado debe ser más silencioso",
        "O ar-condicionado deve ser mais silencioso",
        "エアコンをもっと静かにしてほしい",
        "نريد مكيفا أكثر هدوءا",
        "Klimatyzator powinien być cichszy",
    ]
    firsts = {text: translated(text).result["needs"][0]["metrics"][0]["id"] for text in said}
    assert set(firsts.values()) == {"sound_power_indoor"}, firsts


def test_unknown_names_are_refused_with_near_ones(translated) -> None:
    with pytest.raises(UnknownName, match="clearer_pictur"):
        translated(needs=["clearer_pictur"], family="TV")
    with pytest.raises(UnknownName, match="motion_clariti"):
        translated(CLEARER, drivers=["motion_clariti"])
    with pytest.raises(UnknownName, match="family"):
        translated("too loud", family="SPACESHIP")
    with pytest.raises(InvalidArgument, match="no need"):
        translated("  ")


def test_the_evidence_names_both_the_catalogue_and_the_standards_library(translated) -> None:
    found = translated(QUIET)
    assert found.result["catalogue_version"] == load().version
    assert found.versions.library


def test_rows_of_the_users_own_count(ask_stocked, tmp_path: Path) -> None:
    context = ask_stocked()
    languages = context.services.metrics.view("TV").family.names
    names = dict.fromkeys(languages, "kettle")
    rows = {
        "family": {"id": "KT", "names": names, "phrases": {"en": "kettle*"}},
        "parameters": [{"id": "heater", "kind": "design", "unit": "W", "names": names}],
        "metrics": [
            {
                "id": "boil_time",
                "unit": "s",
                "direction": "down",
                "names": names,
                "method": {"standard": "house method"},
                "parameters": {"heater": "-"},
            }
        ],
        "drivers": [{"id": "quick_boil", "names": names, "metrics": {"boil_time": 9}}],
        "needs": [
            {
                "id": "boils_fast",
                "names": names,
                "phrases": dict.fromkeys(languages, "boils ~ slow*"),
                "drivers": {"quick_boil": 9},
            }
        ],
    }
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "kettle.yaml").write_text(yaml.safe_dump(rows))
    own = replace(context, services=Services(context.services.hub, "test", config=tmp_path))
    found = run_tool(translate_need, {"text": "The kettle boils too slowly"}, own).result
    assert (found["family"], found["needs"][0]["metrics"][0]["id"]) == ("KT", "boil_time")
