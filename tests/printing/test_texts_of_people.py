"""Names that are rare, texts that are hostile, texts that are too long."""

from dataclasses import replace

import pytest

from creditbank.errors import InvalidInput
from creditbank.printing.glyphs import UnprintableCharacter
from creditbank.printing.rendering import render
from tests.printing.reading import page_texts
from tests.printing.samples import certificate, filled_opening, filled_redemption, receipt, statement

MARKUP = (
    "#panic()",
    "$x^2$",
    "*bold* _it_",
    '#read("/etc/passwd")',
    "[a]{b}<c>@d",
    "\\u{41} \\ //x /* y */",
    "`raw` ~ = - + --- ...",
    "100%(name)s {n}",
)


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_a_name_or_a_reason_prints_as_text(text: str) -> None:
    expected = text.replace(" ", "")
    assert expected in page_texts(render(replace(certificate(), holder_name=text)))[0]
    assert expected in "".join(page_texts(render(replace(filled_redemption(), reason=text))))
    assert expected in page_texts(render(replace(receipt(), file_name=text)))[0]


@pytest.mark.parametrize("name", ["𠮷田", "㐂", "阿卜杜热合曼·买买提", "𬭎𫖮", "Émile Ångström", "葛\U000e0100城"])
def test_a_rare_name_is_drawn(name: str) -> None:
    visible = name.replace(" ", "").replace("\U000e0100", "")
    page = page_texts(render(replace(certificate(), holder_name=name)))[0]
    assert visible in page.replace("\U000e0100", "")


@pytest.mark.parametrize(
    ("name", "code_point"),
    [
        ("林😀", "U+1F600"),
        ("שלום", "U+05E9"),
        ("林\u202e夏", "U+202E"),
        ("林\u200b夏", "U+200B"),
        ("林\x00", "U+0000"),
        ("林\n夏", "U+000A"),
        ("\ue000", "U+E000"),
        ("\U0003fffd", "U+3FFFD"),
    ],
)
def test_a_name_with_a_character_that_cannot_be_seen_is_refused_not_boxed(name: str, code_point: str) -> None:
    with pytest.raises(UnprintableCharacter) as refused:
        render(replace(certificate(), holder_name=name))
    assert refused.value.data == {"field": "holder_name", "character": code_point}
    assert name not in str(refused.value)


def test_free_text_spells_out_what_cannot_be_seen() -> None:
    text = page_texts(render(replace(receipt(), file_name="成果😀\u202e\u200b.xlsx")))[0]
    assert "成果<U+1F600><U+202E><U+200B>.xlsx" in text


def test_a_name_of_60_letters_without_a_space_wraps_in_a_form() -> None:
    form = filled_opening()
    first, *rest = form.sections
    field, *others = first.fields
    long = replace(form, sections=(replace(first, fields=(replace(field, value="W" * 60), *others)), *rest))
    assert "W" * 60 in page_texts(render(long))[0]


def test_a_reason_of_3000_characters_is_printed_whole() -> None:
    pages = page_texts(render(replace(filled_redemption(), reason="理由" * 1499 + "完。")))
    assert len(pages) > 1
    assert sum(page.count("理由") for page in pages) >= 1499
    assert any("完。" in page for page in pages)


def test_lines_of_a_reason_are_kept() -> None:
    assert "第一行" in "".join(page_texts(render(replace(filled_redemption(), reason="第一行\n\n第二行"))))


def test_a_text_over_its_limit_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput) as refused:
        render(replace(filled_redemption(), reason="长" * 3001))
    assert refused.value.data == {"field": "reason", "limit": 3000}


def test_more_rows_than_a_document_holds_are_refused() -> None:
    one = statement(1).lines[0]
    with pytest.raises(InvalidInput) as refused:
        render(replace(statement(), lines=(one,) * 2001))
    assert refused.value.data == {"field": "lines", "limit": 2000}
