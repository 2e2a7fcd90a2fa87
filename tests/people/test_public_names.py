"""Names as a public notice shows them (I-15)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditbank.people.names import public_name

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张三丰", "张*丰"),
        ("张三丰四", "张**四"),
        ("欧阳修", "欧阳*"),
        ("司马相如", "司马*如"),
        ("欧阳", "欧*"),
        ("𠮷野", "𠮷*"),
        ("阿卜杜拉·买买提", "阿***·买**"),
        ("Anna Maria Smith", "A*** M**** S****"),
        ("林", "林*"),
    ],
)
def test_each_form_of_name_is_hidden_by_its_rule(name: str, shown: str) -> None:
    assert public_name(name) == shown


@given(HAN)
def test_something_is_always_hidden_and_something_shown(name: str) -> None:
    shown = public_name(name)
    assert "*" in shown
    assert shown.strip("*")
