"""The components: what templates write, and what comes out, escaped and without inline style."""

import re

import pytest
from django import forms
from django.template import Context, Template
from django.utils.translation import override

from creditbank.portals.labels import Step, format_credits, level_words, printed_order, tone_of
from creditbank.portals.navigation import Nav, NavGroup, NavItem
from creditbank.rulebook.clause_names import clause_label


def show(source: str, **context: object) -> str:
    """The template's text, with spaces between tags taken away."""
    return re.sub(r"\s+", " ", Template("{% load bank %}" + source).render(Context(context)))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (9500, "95.00"),
        (198650, "1,986.50"),
        (5, "0.05"),
        (-3000, "−30.00"),
        (-5, "−0.05"),
        ("120.00", "120.00"),
        ("7", "7.00"),
    ],
)
def test_credits_are_shown_with_two_decimals(amount: int | str, shown: str) -> None:
    assert format_credits(amount) == shown


@pytest.mark.parametrize(
    ("clause", "chinese", "english"),
    [
        ("M-4", "办法 第四条", "4"),
        ("M-10", "办法 第十条", "10"),
        ("M-17", "办法 第十七条", "17"),
        ("M-11.2.4", "办法 第十一条 二·4", "11"),
        ("R-1.1", "细则 一·1", "1.1"),
        ("I-3", "解释 3", "3"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_a_clause_has_a_name_in_both_languages(clause: str, chinese: str, english: str) -> None:
    with override("zh-hans"):
        assert clause_label(clause) == chinese
    with override("en"):
        assert english in clause_label(clause)


def test_clauses_are_sorted_as_printed() -> None:
    assert sorted(["R-x.1", "R-1.10", "R-1.2"], key=printed_order) == ["R-1.2", "R-1.10", "R-x.1"]


def test_a_state_has_its_tone_in_either_spelling() -> None:
    assert tone_of("in_review") == tone_of("in-review") == "info"
    assert tone_of("something-new") == ""


def test_a_badge_escapes_its_label() -> None:
    assert "<b>" not in show("{% badge 'ok' label %}", label="<b>")


def test_marks_carry_their_word_beside_the_character() -> None:
    assert "体育" in show("{% domain 3 %}")
    assert "练习" in show("{% stage 'practice' %}")
    assert "—" in show("{% domain None %}")


def test_a_change_has_a_sign() -> None:
    assert "+8.00" in show("{% change 800 %}")
    assert "−8.00" in show("{% change -800 %}")


def test_a_qr_code_is_one_path_without_style() -> None:
    svg = show("{% qr '8026417355907' 'card' %}")
    assert svg.count("<path") == 1
    assert "style" not in svg


def test_requirements_name_clause_gap_and_reading() -> None:
    item = {
        "clause": "R-1.1",
        "code": "credits",
        "met": False,
        "need": "120.00",
        "have": "95.00",
        "text": {"zh": "还差 25 学分", "en": "25 credits short"},
        "interpretation": "I-1",
    }
    html = show("{% requirements items %}", items=[item])
    assert "还差 25 学分" in html
    assert "/regulation/#R-1.1" in html
    assert "/regulation/#I-1" in html


def test_a_stepper_marks_the_present_step() -> None:
    html = show("{% stepper steps %}", steps=[Step("上传", "", "done"), Step("检查", "37 处", "now"), Step("提交")])
    assert html.count('aria-current="step"') == 1


class Form(forms.Form):
    """A field with help."""

    reason = forms.CharField(label="理由", help_text="学校会看到")


def test_a_field_keeps_what_was_typed_and_says_what_is_wrong_beside_it() -> None:
    html = show("{% field form.reason %}{% form_errors form %}", form=Form({"reason": ""}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_reason_help id_reason_error"' in html
    assert 'id="id_reason_error"' in html
    assert 'href="#id_reason"' in html


def test_the_navigation_marks_the_current_page_and_keeps_the_rest_at_the_end() -> None:
    nav = Nav(
        "门户", (NavItem("a", "甲", "/a/", "book"),), (NavGroup("更多", (NavItem("b", "乙", "/b/", "bell", 2),)),), "a"
    )
    html = show("{% include 'components/appnav.html' %}{% include 'components/morenav.html' %}", nav=nav)
    assert html.count('aria-current="page"') == 1
    assert 'href="#more"' in html
    assert 'id="more"' in html


class TwoGroups(forms.Form):
    """Two groups of choices, each with help."""

    first = forms.ChoiceField(choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect, help_text="一")
    second = forms.MultipleChoiceField(
        choices=[("a", "甲"), ("b", "乙")], widget=forms.CheckboxSelectMultiple, help_text="二"
    )


def test_groups_of_choices_have_ids_of_their_own_that_the_list_of_errors_leads_to() -> None:
    page = show("{% form_errors form %}{% field form.first %}{% field form.second %}", form=TwoGroups({}))
    ids = re.findall(r' id="([^"]*)"', page)
    assert sorted(set(ids)) == sorted(ids)
    assert {"id_first", "id_first_help", "id_first_error", "id_second_help", "id_second_error"} <= set(ids)
    assert 'aria-describedby="id_first_help id_first_error"' in page
    assert re.findall(r'href="#([^"]*)"', page) == ["id_first", "id_second"]


def test_the_level_of_a_contest_is_in_the_readers_language() -> None:
    assert level_words("区县级") == "区县级"
    with override("en"):
        assert level_words("区县级") == "District level"
        assert level_words("校内联赛") == "校内联赛"
