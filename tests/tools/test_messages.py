"""The visible strings: every marker is found, and an English catalogue that is not complete is told about."""

from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from tools import messages

CODE = '''
"""说明不是界面文字。"""
from django.utils.translation import gettext as _, ngettext, pgettext
class Overdrawn(Refused):
    default_message = "余额不足。"
class Smaller(Overdrawn):
    pass
def act(count: int) -> None:
    _("办理 %(count)s 项")
    ngettext("一项", "%(count)s 项", count)
    pgettext("月份", "三")
    N_("以后翻译")
    log("只在日志里")
    raise Smaller("还差 %(gap)s 学分", gap="1.00")
'''
PAGE = """
{% load i18n %}
  <h1>{% translate "存折" %}</h1>
{% blocktranslate trimmed with name=student.name %}
    您好，
    {{ name }}
{% endblocktranslate %}
      <p>{% blocktranslate count n=rows %}一行{% plural %}{{ n }} 行{% endblocktranslate %}
"""
FOUND = {
    "余额不足。", "办理 %(count)s 项", "一项", "三", "以后翻译", "还差 %(gap)s 学分", "存折", "您好， %(name)s", "一行",
}  # fmt: skip

Translate = Callable[[dict[str, str | tuple[str, str]]], None]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small tree with one module and one page."""
    source = tmp_path / "creditbank"
    (source / "templates").mkdir(parents=True)
    (source / "errors.py").write_text("class CreditBankError(Exception): pass\nclass Refused(CreditBankError): pass\n")
    (source / "part.py").write_text(CODE, "utf-8")
    (source / "templates" / "page.html").write_text(PAGE, "utf-8")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "SOURCE", source)
    monkeypatch.setattr(messages, "CATALOGUE", source / "locale" / "en" / "LC_MESSAGES" / "django.po")
    return source


@pytest.fixture
def translate(house: Path) -> Translate:
    """Collect, and put in these translations; what is not named gets one with the right places."""

    def put(known: dict[str, str | tuple[str, str]]) -> None:
        messages.main("collect")
        with messages.CATALOGUE.open("rb") as file:
            catalog = read_po(file, locale="en")
        for message in catalog:
            if isinstance(message.id, tuple | list):
                message.string = known.get(message.id[0], (f"one {message.id[0]}", f"many {message.id[1]}"))
            elif message.id:
                message.string = known.get(message.id, f"English {message.id}")
        with messages.CATALOGUE.open("wb") as target:
            write_po(target, catalog)

    return put


def test_every_marked_string_is_found_and_nothing_else(house: Path) -> None:
    found = {m.id if isinstance(m.id, str) else m.id[0] for m in messages.collect() if m.id}
    assert found == FOUND


def test_a_complete_catalogue_has_no_findings(translate: Translate) -> None:
    translate({})
    assert messages.findings() == []


def test_a_string_without_english_is_told_with_its_place(translate: Translate) -> None:
    translate({"存折": ""})
    assert messages.findings() == ["not translated: 存折  (creditbank/templates/page.html:3)"]


def test_a_lost_place_is_told(translate: Translate) -> None:
    translate({"还差 %(gap)s 学分": "some credits short"})
    assert [f.split(":")[0] for f in messages.findings()] == ["the places differ"]


def test_the_form_for_one_may_leave_the_number_out_and_the_form_for_many_may_not(translate: Translate) -> None:
    translate({"一项": ("one item", "%(count)s items")})
    assert messages.findings() == []
    translate({"一行": ("%(n)s row", "many rows")})
    assert [f.split(":")[0] for f in messages.findings()] == ["the places differ"]


def test_a_string_that_went_is_told_and_collecting_removes_it(house: Path, translate: Translate) -> None:
    translate({})
    (house / "part.py").write_text('_("新的")', "utf-8")
    kinds = {finding.split(":")[0] for finding in messages.findings()}
    assert kinds == {"not in the catalogue", "no longer in the code"}
    messages.main("collect")
    assert messages.findings()[0] == "not translated: 新的  (creditbank/part.py:1)"
    assert {finding.split(":")[0] for finding in messages.findings()} == {"not translated"}


def test_compiling_writes_what_django_reads(translate: Translate) -> None:
    translate({"存折": "Passbook"})
    target = messages.compile_catalogue()
    assert target is not None
    assert b"Passbook" in target.read_bytes()


def test_the_english_of_the_bank_is_complete() -> None:
    assert messages.findings() == []
