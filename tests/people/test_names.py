"""Names are compared by one canonical form; what is no name is refused."""

import pytest

from creditbank.errors import InvalidInput
from creditbank.people.names import clean_name, mask_name, name_key, pinyin_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("林知夏", "林 知 夏"),
        ("林知夏", " 林知夏\u3000"),
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("阿依古丽·买买提", "阿依古丽．买买提"),
        ("阿依古丽·买买提", "阿依古丽 · 买买提"),
        ("Anna  Maria Li", "ANNA MARIA LI"),
        ("Ａnna Li", "anna li"),
    ],
)
def test_one_name_written_two_ways_is_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("林知夏", "林之夏"), ("林知夏", "林知"), ("Anna Li", "Annali")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("text", ["", "  ", "林1", "林<b>", "林\n\x00", "=cmd", "林\u202e夏", "林" * 61])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        clean_name(text)
    assert caught.value.data["field"] == "name"


@pytest.mark.parametrize("text", ["林知夏", "𠮷田", "Anne-Marie O'Neill", "阿依古丽·买买提", "José", "林知夏（示例）"])
def test_what_is_a_name_is_taken(text: str) -> None:
    assert clean_name(f" {text} ")


def test_sorting_goes_by_pinyin_and_masking_keeps_the_family_name() -> None:
    assert pinyin_key("林知夏") == "lin zhi xia"
    assert mask_name("林知夏") == "林**"
    assert mask_name("林") == "林*"
