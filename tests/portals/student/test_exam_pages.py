"""The paper on its pages: with and without the script, with a lost line, and never with its key."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from creditbank import clock
from creditbank.examinations.models import BankQuestion, Dispute, ExamResult, Sitting, SittingState
from creditbank.examinations.sitting import begin_sitting, sweep_sittings
from tests.everybody import Everybody
from tests.examinations.stage import FAMILY, ExamStage, right_answers, set_exam_stage
from tests.portals.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(everybody: Everybody) -> ExamStage:
    return set_exam_stage(everybody)


def _form(sitting: Sitting, *, but: int = 0) -> dict[str, list[str]]:
    answers = right_answers(sitting, but=but)
    return {f"q{place}": [str(each) for each in chosen] for place, chosen in answers.items()}


def _begin(client: Client) -> Sitting:
    assert client.post(f"/me/exams/{FAMILY}/begin/").status_code == 302
    return Sitting.objects.get(state=SittingState.OPEN)


def test_an_examination_is_sat_without_any_script(exam: ExamStage) -> None:
    client = exam.everybody.at_door("student")
    assert "参加考试" in client.get("/me/exams/").content.decode()
    assert "示例考试办法" in client.get(f"/me/exams/{FAMILY}/begin/").content.decode()
    sitting = _begin(client)
    path = f"/me/exams/sittings/{sitting.pk}/"
    assert client.post(path, {**_form(sitting, but=2), "save": "1"}).status_code == 302
    assert "第 1 题" in client.get(path + "hand-in/").content.decode()
    response = client.post(path, {**_form(sitting), "save": "2", "finish": "1"})
    assert response["Location"] == path + "hand-in/"
    assert "每一题都答了" in client.get(path + "hand-in/").content.decode()
    client.post(path + "hand-in/")
    told = client.get(path).content.decode()
    assert "及格" in told
    assert "正确答案" in told
    assert ExamResult.objects.get(sitting=sitting).score == 100
    assert "可以再考" in client.get("/me/exams/").content.decode()


def test_the_key_reaches_no_browser_while_the_paper_is_open(exam: ExamStage) -> None:
    """Every answer of the bank is the same whichever choices are right: so none of them tells the key."""
    client = exam.everybody.at_door("student")
    sitting = _begin(client)
    before = _everything_told(client, sitting)
    for row in BankQuestion.objects.all():
        row.choices = [[text, not right] for text, right in row.choices]
        row.save()
    assert _everything_told(client, sitting) == before
    assert all("正确答案" not in told for told in before)


def _everything_told(client: Client, sitting: Sitting) -> list[str]:
    path = f"/me/exams/sittings/{sitting.pk}/"
    answers = [
        client.post(path + "save/", {"q0": "1", "q1": "0", "save": "3"}),
        client.get("/me/exams/"),
        client.get("/me/exams/", headers={"HX-Request": "true"}),
        client.get(path),
        client.post(path + "save/", {"q0": "77", "save": "4"}),
        client.post(path, {"save": "2"}, follow=True),
        client.get(path + "hand-in/"),
        client.post(path + "dispute/", {"place": "0", "text": "题目有误"}, follow=True),
        client.get("/me/data/"),
    ]
    told = [f"{answer.status_code} {answer.headers} {answer.content.decode()}" for answer in answers]
    return [re.sub(r"csrfmiddlewaretoken\" value=\"\w+\"", "", each) for each in told]


def test_saving_by_script_tells_the_number_and_the_time_that_is_left(exam: ExamStage) -> None:
    client = exam.everybody.at_door("student")
    sitting = _begin(client)
    path = f"/me/exams/sittings/{sitting.pk}/save/"
    told = client.post(path, {"q0": "1", "save": "1"}).json()
    assert told == {"saved": 1, "kept": True, "seconds": 3600}
    assert client.post(path, {"q0": "2", "save": "1"}).json()["kept"] is False
    assert client.post(path, {"q0": "1", "save": "1"}).json()["kept"] is True
    assert client.post(path, {"q0": "x", "save": "2"}).status_code == 400
    assert client.post(path, {"q0": "1", "save": "no"}).status_code == 400
    sitting.refresh_from_db()
    assert sitting.answers == {"0": [1]}


def test_a_form_older_than_the_last_save_says_that_it_was_not_kept(exam: ExamStage) -> None:
    client = exam.everybody.at_door("student")
    sitting = _begin(client)
    path = f"/me/exams/sittings/{sitting.pk}/"
    client.post(path + "save/", {"q0": "1", "save": "5"})
    assert "没有保存" in client.post(path, {"q0": "2", "save": "1"}, follow=True).content.decode()


def test_what_was_saved_is_on_the_page_when_it_is_opened_again(exam: ExamStage) -> None:
    client = exam.everybody.at_door("student")
    sitting = _begin(client)
    client.post(f"/me/exams/sittings/{sitting.pk}/save/", {"q0": "1", "save": "1"})
    page = client.get(f"/me/exams/sittings/{sitting.pk}/").content.decode()
    assert page.count("checked") == 1
    assert 'name="save" value="2"' in page


def test_past_its_time_the_paper_is_marked_as_it_was_saved(exam: ExamStage, monkeypatch: pytest.MonkeyPatch) -> None:
    client = exam.everybody.at_door("student")
    sitting = _begin(client)
    path = f"/me/exams/sittings/{sitting.pk}/"
    client.post(path + "save/", {**_form(sitting, but=3), "save": "1"})
    later = NOW + timedelta(minutes=61)

    def now() -> datetime:
        return later

    monkeypatch.setattr(clock, "now", now)
    assert client.post(path + "save/", {**_form(sitting), "save": "2"}).status_code == 409
    assert "考试结果" in client.get(path).content.decode()
    sitting.refresh_from_db()
    assert (sitting.state, sitting.score) == (SittingState.MARKED, 70)


def test_the_sweep_marks_what_was_left_lying(exam: ExamStage) -> None:
    actor, account = exam.everybody.actor("student"), exam.everybody.cast.student.account
    begin_sitting(actor=actor, account=account, family=FAMILY, at=NOW)
    assert sweep_sittings(NOW + timedelta(minutes=59)) == 0
    assert sweep_sittings(NOW + timedelta(minutes=61)) == 1


def test_a_guardian_sees_results_and_sits_nothing(exam: ExamStage) -> None:
    student, guardian = exam.everybody.at_door("student"), exam.everybody.at_door("guardian")
    assert guardian.post(f"/me/exams/{FAMILY}/begin/").status_code == 404
    assert "监护人只能看成绩" in guardian.get(f"/me/exams/{FAMILY}/begin/").content.decode()
    sitting = _begin(student)
    path = f"/me/exams/sittings/{sitting.pk}/"
    assert guardian.get(path).status_code == 404
    assert guardian.post(path + "save/", {"q0": "1", "save": "1"}).status_code == 404
    assert guardian.post(path + "hand-in/").status_code == 404
    student.post(path + "hand-in/")
    told = guardian.get(path).content.decode()
    assert "学生选的" in told or "正确答案" in told
    assert "提交异议" not in told
    assert guardian.post(path + "dispute/", {"place": "0", "text": "题目有误"}).status_code == 404


def test_a_question_of_a_marked_paper_is_disputed_once(exam: ExamStage) -> None:
    client = exam.everybody.at_door("student")
    sitting = _begin(client)
    path = f"/me/exams/sittings/{sitting.pk}/"
    client.post(path + "hand-in/")
    client.post(path + "dispute/", {"place": "0", "text": "两个选项都对"})
    assert "已经提出过" in client.post(path + "dispute/", {"place": "0", "text": "又"}, follow=True).content.decode()
    assert Dispute.objects.count() == 1
    assert "两个选项都对" in client.get(path).content.decode()


def test_another_students_paper_does_not_exist(exam: ExamStage) -> None:
    sitting = _begin(exam.everybody.at_door("student"))
    for role in ("adult", "clerk", "outsider"):
        assert exam.everybody.at_door(role).get(f"/me/exams/sittings/{sitting.pk}/").status_code == 404


def test_everybody_reads_the_published_rules(exam: ExamStage, client: Client) -> None:
    told = client.get("/exams/").content.decode()
    assert "示例考试办法" in told
    assert "考试办法待公布" in told
