"""What a product is to the standards library: from the hub, from words, or given."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidArgument, UnknownName
from services.hub.simulate.catalogue import catalogue
from services.standards.library import Library
from services.standards.loading import load
from tools.standards.product import Product, ProductQuestion, product_of
from tools.standards.product_facts import product_facts
from tools.standards.product_words import told
from tools.standards.ratings import Span, ratings_told
from tools.standards.statement import Statement, closed
from tools.tool import ToolContext

FEATURES = sorted(load().features)
WORLD = {
    "models": [
        {"model_id": model.model_id, "family": model.family, "name": model.name}
        for model in catalogue().models
    ]
    + [{"model_id": "AC-OLD", "family": "AC", "name": "an air conditioner without record"}],
    "model_features": [
        {"model_id": model_id, "feature": feature, "value": str(value), "unit": unit or None}
        for model_id, features in catalogue().model_features.items()
        for feature, (value, unit) in features.items()
    ],
}


@pytest.fixture
def product(ask_stocked: Callable[..., ToolContext]) -> Callable[..., Product]:
    def found(**question: object) -> Product:
        return product_of(ProductQuestion.model_validate(question), ask_stocked())

    return found


def test_a_model_of_the_hub_has_what_is_recorded_of_it(product) -> None:
    tv = product(model_id="65q8")
    assert (tv.name, tv.category) == ("65Q8", "tv")
    assert {"wifi_5ghz", "bluetooth", "tuner_rx", "radio", "class_ii", "battery"} <= set(
        tv.expanded
    )
    assert {"class_i", "button_cell", "hfc"} <= set(tv.absent)
    assert tv.origin["wifi_5ghz"] == "hub"
    assert tv.ratings.rated_voltage_v == Span(100, 240)
    assert tv.ratings.screen_size_in == 65


def test_every_model_of_the_simulated_maker_has_one_kind_and_a_known_radio(product) -> None:
    for one in catalogue().models:
        found = product(model_id=one.model_id)
        assert found.category, one.model_id
        open_ones = {"wifi", "bluetooth", "radio", "mains", "digital"} & set(found.undecided)
        assert not open_ones, one.model_id


def test_a_refrigerator_without_any_radio_lacks_radio(product) -> None:
    assert "radio" in product(model_id="RF-440").absent
    assert "radio" in product(model_id="AC-120X").expanded


def test_an_air_conditioner_without_recorded_installation_may_be_of_three_kinds(product) -> None:
    old = product(model_id="AC-OLD")
    assert old.category is None
    assert old.categories == ("ac_split", "ac_portable", "ac_window")


@pytest.mark.parametrize(
    ("text", "kind", "has", "lacks"),
    [
        ("TV with Wi-Fi and tuner, 65 inch", "tv", {"wifi", "tuner_rx"}, set()),
        ("Fernseher ohne WLAN und Bluetooth", "tv", set(), {"wifi", "bluetooth"}),
        ("不带Wi-Fi的电视", "tv", set(), {"wifi"}),
        ("無線LANなしのテレビ", "tv", set(), {"wifi"}),
        ("téléviseur sans Wi-Fi, avec Bluetooth", "tv", {"bluetooth"}, {"wifi"}),
        ("nevera sin Wi-Fi", "refrigerator", set(), {"wifi"}),
        ("geladeira com Wi-Fi", "refrigerator", {"wifi"}, set()),
        ("pralka bez Wi-Fi i Bluetooth", "washing_machine", set(), {"radio"}),
        ("تلفزيون بدون واي فاي", "tv", set(), {"wifi"}),
        ("split air conditioner, R32", "ac_split", {"r32", "hfc", "flammable"}, {"r290"}),
        ("Splitklimagerät mit R290", "ac_split", {"r290"}, {"hfc", "r32"}),
        ("移动空调 R290", "ac_portable", {"r290"}, {"hfc"}),
        ("window air conditioner without remote control", "ac_window", set(), set()),
        ("washer-dryer", "washer_dryer", {"water"}, set()),
        ("not only Wi-Fi but Bluetooth in this television", "tv", {"wifi", "bluetooth"}, set()),
        ("TV without Wi-Fi, Bluetooth or tuner", "tv", set(), {"wifi_5ghz", "tuner_rx"}),
        ("TV, neither Wi-Fi nor Bluetooth", "tv", set(), {"wifi", "bluetooth"}),
        ("Fernseher weder WLAN noch Bluetooth", "tv", set(), {"wifi", "bluetooth"}),
        ("洗衣机不联网", "washing_machine", set(), {"internet"}),
        ("No, the TV has Wi-Fi", "tv", {"wifi"}, set()),
        ("monitor the rules for our TV", "tv", set(), set()),
        ("wireless television", "tv", {"radio"}, set()),
        ("remote control with button cell", "remote_control", {"button_cell"}, {"mains"}),
    ],
)
def test_words_of_nine_languages_name_kinds_and_features(
    product, text: str, kind: str, has: set[str], lacks: set[str]
) -> None:
    found = product(description=text)
    assert found.category == kind
    assert has <= set(found.expanded)
    assert lacks <= set(found.absent)


def test_a_word_for_a_rule_is_no_feature_of_the_product(product) -> None:
    tv = product(description="does the Batteries Regulation apply to our TV?")
    assert tv.state("battery") is None
    assert product(description="TV with batteries").state("battery") is True


def test_an_air_conditioner_without_its_installation_is_asked_back(product) -> None:
    assert product(description="Klimaanlage mit WLAN").categories == (
        "ac_split",
        "ac_portable",
        "ac_window",
    )


def test_what_nobody_told_is_undecided(product) -> None:
    tv = product(description="television")
    assert tv.state("wifi") is None
    assert {"wifi", "bluetooth", "class_i", "class_ii"} <= set(tv.undecided)
    assert tv.origin["tuner_rx"] == "kind"


def test_what_the_kind_usually_has_gives_way_to_what_is_said(product) -> None:
    assert product(description="TV without tuner").state("tuner_rx") is False
    quiet = product(category="tv", features=("wifi",), without=("internet",))
    assert quiet.state("internet") is False
    assert product(category="tv", features=("wifi",)).origin["internet"] == "usual"


def test_the_asker_is_believed_before_the_hub_and_the_difference_is_said(product) -> None:
    changed = product(model_id="AC-120X", description="the variant without Wi-Fi")
    assert changed.state("wifi") is False
    assert changed.state("radio") is False
    differs = {one.feature: one.said for one in changed.contradictions}
    assert differs["wifi"] is False
    assert product(model_id="AC-120X").contradictions == ()


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ({"description": "TV without Wi-Fi and with Wi-Fi 5 GHz"}, ("wifi", "wifi_5ghz")),
        ({"description": "split AC with R290 and R32"}, ("r32", "r290")),
        ({"category": "tv", "features": ("class_i", "class_ii")}, ("class_i", "class_ii")),
        ({"category": "tv", "features": ("wifi",), "without": ("radio",)}, ("wifi", "radio")),
        ({"description": "television and refrigerator"}, ("tv", "refrigerator")),
        ({"model_id": "65Q8", "category": "refrigerator"}, ("tv", "refrigerator")),
    ],
)
def test_a_contradiction_is_refused_and_both_sides_are_named(product, question, named) -> None:
    with pytest.raises(InvalidArgument) as refused:
        product(**question)
    for one in named:
        assert one in refused.value.message


def test_unknown_names_are_refused_with_near_ones(product) -> None:
    with pytest.raises(UnknownName):
        product(model_id="65Q9X")
    with pytest.raises(UnknownName) as refused:
        product(category="tv", features=("wify",))
    assert "wifi" in refused.value.near
    with pytest.raises(UnknownName):
        product(category="submarine")
    with pytest.raises(InvalidArgument):
        product()


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("230 V", "rated_voltage_v", Span(230, 230)),
        ("100–240 V ~ 50/60 Hz", "rated_frequency_hz", Span(50, 60)),
        ("2,4 GHz und 50 Hz", "rated_frequency_hz", Span(50, 50)),
        ("65英寸", "screen_size_in", 65),
        ('55" Fernseher', "screen_size_in", 55),
        ("12,000 BTU", "cooling_capacity_w", 3516.9),
        ("3,5 kW", "cooling_capacity_w", 3500),
        ("780 g R32", "refrigerant_charge_g", 780),
        ("0.78 kg of R-32", "refrigerant_charge_g", 780),
        ("R-410a", "refrigerants", ("R410A",)),
        ("R290 in Frankreich", "screen_size_in", None),
    ],
)
def test_ratings_are_read_with_their_units(text: str, field: str, value: object) -> None:
    assert getattr(ratings_told(text), field) == value


def test_every_feature_and_kind_that_is_written_down_is_in_the_library(library: Library) -> None:
    facts = product_facts()
    kinds = {one for row in facts.families.values() for one in row} | set(facts.kinds)
    assert kinds <= set(library.categories)
    named = {one for kind in facts.kinds.values() for one in (*kind.has, *kind.lacks)}
    named |= {one for reading in facts.hub for one in (*reading.has, *reading.lacks)}
    named |= {one for row in facts.exclusive for one in row}
    named |= {one for row in facts.refrigerants.values() for one in row}
    assert named <= set(library.features)


@given(has=st.sets(st.sampled_from(FEATURES), max_size=4), lacks=st.sets(st.sampled_from(FEATURES)))
def test_what_follows_from_a_statement_adds_no_contradiction(has, lacks) -> None:
    library = load()
    lacks = {one for one in lacks if one not in library.expanded(has)}
    whole = closed(Statement(dict.fromkeys(has, "given"), dict.fromkeys(lacks, "given")), library)
    assert set(whole.has) == library.expanded(has)
    assert not set(whole.has) & set(whole.lacks)
    assert has <= set(whole.has)
    assert lacks <= set(whole.lacks)


@given(st.text(max_size=60))
def test_any_text_is_read_without_failing(text: str) -> None:
    found = told(text)
    assert not set(found.kinds) - set(load().categories)
    ratings_told(text)
