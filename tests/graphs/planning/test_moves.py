"""From which market a request goes to which."""

import pytest


def way(found) -> tuple[str | None, str | None]:
    return found.market_from, found.market_to


@pytest.mark.parametrize(
    "text",
    [
        "TV from the German market to the US: what changes in test parameters?",
        "TV to the US from Germany: what changes in test parameters?",
        "Fernseher von Deutschland in die USA: welche Prüfparameter ändern sich?",
        "Fernseher nach USA aus Deutschland: welche Prüfparameter ändern sich?",
        "Téléviseur de l'Allemagne vers les États-Unis : quels paramètres d'essai changent ?",
        "Televisor de Alemania a Estados Unidos: ¿qué cambia en los parámetros de ensayo?",
        "TV do mercado alemão para os Estados Unidos: o que muda nos parâmetros de teste?",
        "Telewizor z Niemiec do USA: co się zmienia w parametrach badań?",
        "电视从德国到美国，测试参数有哪些变化？",
        "テレビをドイツからアメリカ向けに変えると、試験条件はどう変わりますか？",
        "نقل التلفاز من السوق الألماني إلى الأمريكي: ما الذي يتغير في معلمات الاختبار؟",
    ],
)
def test_the_way_is_known_whichever_market_is_said_first(asked, text: str) -> None:
    assert way(asked(text)) == ("DE", "US")


def test_a_mark_stands_for_its_market_where_the_words_go_from_it_or_to_it(asked) -> None:
    assert way(asked("from CE to UL: which test parameters change for the TV?")) == ("EU", "US")
    assert asked("Does the WM-900 need the CE mark in Germany?").markets == ("DE",)


def test_a_union_is_a_market_also_where_the_hub_has_no_such_region(asked) -> None:
    found = asked("Which standards apply to a fridge in the EU and the GCC?")
    assert found.markets == ("EU", "GCC")


def test_a_word_that_is_written_like_a_union_is_none(asked) -> None:
    assert asked("Eu quero vender geladeiras no Brasil, quais normas?").markets == ("BR",)


def test_of_several_markets_the_first_that_is_pointed_to_is_gone_to(asked) -> None:
    text = "from Germany to the US and Canada: which test parameters change?"
    assert asked(text).markets == ("DE", "US", "CA")
    assert way(asked(text)) == ("DE", "US")


def test_a_follow_up_goes_on_from_the_same_market_to_another(asked) -> None:
    first = "TV with tuner from the German market to the US: what changes in test parameters?"
    found = asked("and for Brazil?", first)
    assert way(found) == ("DE", "BR")
    assert found.slots.country == ("BR",)
    assert found.leans_on == first
    assert way(asked("which marks do we need then?", first)) == ("DE", "US")


def test_a_follow_up_about_another_product_leaves_the_words_of_the_first(asked) -> None:
    first = "TV with tuner from the German market to the US: what changes in test parameters?"
    found = asked("and for the fridge?", first)
    assert found.leans_on == ""
    assert way(found) == ("DE", "US")
