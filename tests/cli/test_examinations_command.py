"""``creditbank examinations``: the bank in and out by files, released by another person; rules and figures read."""

from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password

from creditbank.cli import main
from creditbank.examinations.models import BankQuestion, QuestionState
from creditbank.people.models import User
from tests.cast import AT, person_of
from tests.everybody import Everybody
from tests.examinations.stage import set_exam_stage

GIFT = "::q1:: 谁可以换？ {=成年人 ~小学生}\n\n::q2:: 自愿？ {T}\n"


@pytest.fixture
def people(everybody: Everybody) -> Everybody:
    for role in ("reviewer", "decider", "clerk"):
        who = person_of(everybody.actor(role))
        User.objects.create(username=role, person=who, password=make_password(None), created_at=AT)
    return everybody


def _run(*words: str) -> int:
    return main(["examinations", *words])


@pytest.mark.usefixtures("people")
def test_a_file_is_imported_by_one_and_released_by_another(tmp_path: Path) -> None:
    file = tmp_path / "questions.txt"
    file.write_text(GIFT, encoding="utf-8")
    words = ("bank", "import", "coach", str(file), "--format", "gift", "--as")
    assert _run(*words, "clerk") == 1
    assert _run(*words, "reviewer") == 0
    assert _run("bank", "release", "coach", "--as", "reviewer") == 1
    assert _run("bank", "release", "coach", "--as", "decider") == 0
    assert BankQuestion.objects.filter(state=QuestionState.RELEASED).count() == 2
    target = tmp_path / "out.txt"
    assert _run("bank", "export", "coach", str(target), "--format", "gift", "--as", "reviewer") == 0
    assert "::q1::" in target.read_text(encoding="utf-8")


@pytest.mark.usefixtures("people")
def test_a_file_with_a_problem_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "questions.txt"
    file.write_text(GIFT + "\n::q1:: 又 {T}\n", encoding="utf-8")
    assert _run("bank", "import", "coach", str(file), "--format", "gift", "--as", "reviewer") == 1
    assert "题目编号与前面的题重复" in capsys.readouterr().err
    assert BankQuestion.objects.count() == 0


def test_rules_and_figures_are_read(people: Everybody, capsys: pytest.CaptureFixture[str]) -> None:
    set_exam_stage(people)
    assert _run("rules") == 0
    assert "athlete 2026-03-02 60 min, 30 d" in capsys.readouterr().out
    assert _run("statistics", "athlete") == 0
    assert "s0 1 0 - -" in capsys.readouterr().out
