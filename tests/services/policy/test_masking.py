"""A masked text holds no personal string, and says of which kinds there were some."""

from hypothesis import given
from hypothesis import strategies as st

from services.policy.masking import mask, masked_kinds
from services.policy.personal import find_personal


def test_a_word_for_its_kind_stands_in_the_place_of_each_string() -> None:
    text = mask("Mail jane@supplier.example, phone +49 170 1234567.")
    assert text.startswith("Mail [mail], phone [phone]")
    assert set(masked_kinds(text)) == {"mail", "phone"}


@given(st.text(max_size=200), st.sampled_from(("a@b.example", "+49 170 1234567", "")))
def test_masking_is_done_once_and_for_all(text: str, personal: str) -> None:
    masked = mask(f"{text} {personal} {text}")
    assert find_personal(masked) == ()
    assert mask(masked) == masked
