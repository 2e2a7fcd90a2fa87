"""The office's question bank: written, imported, released by another, exported; rules; disputes that change results."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from creditbank import clock
from creditbank.audit.models import AuditRecord
from creditbank.examinations.bank import read_questions
from creditbank.examinations.disputes import dispute_question
from creditbank.examinations.models import BankQuestion, Dispute, ExamRules, QuestionState, Ruling, Sitting
from creditbank.examinations.sitting import hand_in
from tests.cast import AT
from tests.everybody import Everybody
from tests.examinations.stage import ExamStage, set_exam_stage

pytestmark = pytest.mark.django_db
BANK = "/office/exams/bank/coach/"
GIFT = "// [tag:clause=R-2.1] [tag:difficulty=2]\n::q1:: 谁可以换？ {=成年人 ~小学生}\n\n::q2:: 自愿？ {T}\n"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    def now() -> datetime:
        return AT + timedelta(days=2)

    monkeypatch.setattr(clock, "now", now)


@pytest.fixture
def exam(everybody: Everybody) -> ExamStage:
    return set_exam_stage(everybody)


def _upload(client: Client, content: str, form: str = "gift") -> str:
    file = SimpleUploadedFile("questions.txt", content.encode())
    return client.post(BANK + "import/", {"format": form, "file": file}).content.decode()


def test_a_file_is_shown_first_then_written_as_drafts_that_another_releases(everybody: Everybody) -> None:
    writer, second = everybody.at_door("reviewer"), everybody.at_door("decider")
    shown = _upload(writer, GIFT)
    assert "读到 2 道题" in shown
    assert BankQuestion.objects.count() == 0
    assert writer.post(BANK + "import/", {"questions": GIFT.replace("\n", "\r\n")}).status_code == 302
    assert BankQuestion.objects.filter(state=QuestionState.DRAFT).count() == 2
    assert writer.post(BANK + "release/", {"key": ["q1", "q2"]}).status_code == 403
    assert BankQuestion.objects.filter(state=QuestionState.RELEASED).count() == 0
    second.post(BANK + "release/", {"key": ["q1"]})
    assert list(BankQuestion.objects.filter(state=QuestionState.RELEASED).values_list("key", flat=True)) == ["q1"]


def test_every_problem_of_a_file_is_told_with_its_place_and_nothing_is_written(everybody: Everybody) -> None:
    client = everybody.at_door("reviewer")
    shown = _upload(client, GIFT + "\n::q1:: 又一题 {=甲 ~乙}\n\n::q3:: 填空 {=甲}\n")
    assert "还有 2 个问题" in shown
    assert "题目编号与前面的题重复" in shown
    assert "写入题库" not in shown
    assert "请先改好" in client.post(BANK + "import/", {"questions": "::x:: 空 {}"}).content.decode()
    assert BankQuestion.objects.count() == 0


@pytest.mark.parametrize("form", ["gift", "aiken", "qti", "xlsx"])
def test_the_bank_leaves_as_a_file_that_reads_back(exam: ExamStage, form: str) -> None:
    client = exam.everybody.at_door("decider")
    content = client.get(f"/office/exams/bank/athlete/export/{form}/").content
    reading = read_questions(content, form, prefix="x")
    assert reading.problems == ()
    assert len(reading.questions) == (7 if form == "aiken" else 12)
    assert AuditRecord.objects.filter(action="export-questions").count() == 1
    assert exam.everybody.at_door("auditor").get(f"/office/exams/bank/athlete/export/{form}/").status_code == 404


def test_a_question_is_written_and_corrected_by_hand(everybody: Everybody) -> None:
    client = everybody.at_door("reviewer")
    fields = {"key": "h1", "kind": "multiple", "text": "哪些？", "clause": "R-2.1", "difficulty": "3"}
    assert client.post(BANK + "new/", {**fields, "choices": "*甲\n乙"}).status_code == 400
    assert client.post(BANK + "new/", {**fields, "choices": "*甲\n*乙\n丙"}).status_code == 302
    row = BankQuestion.objects.get()
    assert row.choices == [["甲", True], ["乙", True], ["丙", False]]
    assert "*甲" in client.get(f"/office/exams/questions/{row.pk}/edit/").content.decode()
    truth = {**fields, "key": "h2", "kind": "true-false", "choices": "*错误"}
    assert client.post(BANK + "new/", truth).status_code == 302
    assert everybody.at_door("decider").post(f"/office/exams/questions/{row.pk}/release/").status_code == 302
    assert client.post(f"/office/exams/questions/{row.pk}/retire/").status_code == 302
    row.refresh_from_db()
    assert row.state == QuestionState.RETIRED


def test_questions_are_filtered_and_their_figures_wait_for_enough_answers(exam: ExamStage) -> None:
    client = exam.everybody.at_door("auditor")
    listed = client.get("/office/exams/bank/athlete/?kind=true-false&difficulty=3").content.decode()
    assert "判断0。" in listed
    assert "单选0" not in listed
    row = BankQuestion.objects.latest("pk")
    assert "回答不足 30 份" in client.get(f"/office/exams/questions/{row.pk}/").content.decode()


def test_rules_are_drafted_with_their_parts_and_published_by_another(exam: ExamStage) -> None:
    writer, second = exam.everybody.at_door("reviewer"), exam.everybody.at_door("decider")
    fields = {
        "family": "athlete",
        "starts_on": "2026-12-01",
        "minutes": "45",
        "retake_days": "7",
        "text_zh": "新办法",
        "text_en": "New rules",
        "part-TOTAL_FORMS": "2",
        "part-INITIAL_FORMS": "0",
    }
    for number, (kind, count, points) in enumerate((("single", "4", "15"), ("true-false", "2", "20"))):
        fields |= {f"part-{number}-kind": kind, f"part-{number}-count": count, f"part-{number}-points": points}
        fields |= {f"part-{number}-easiest": "1", f"part-{number}-hardest": "5"}
    short = writer.post("/office/exams/rules/new/", {**fields, "part-0-points": "10"}, follow=True)
    assert "全卷须是 100 分，现在是 80 分" in short.content.decode()
    assert writer.post("/office/exams/rules/new/", fields).status_code == 302
    rules = ExamRules.objects.latest("pk")
    assert writer.post(f"/office/exams/rules/{rules.pk}/publish/").status_code == 404
    assert second.post(f"/office/exams/rules/{rules.pk}/publish/").status_code == 302
    assert "新办法" in Client().get("/exams/").content.decode()


def _disputed(exam: ExamStage) -> tuple[Sitting, BankQuestion]:
    sitting = exam.begin("student")
    actor = exam.everybody.actor("student")
    sitting = hand_in(actor=actor, sitting=sitting, at=AT)
    dispute_question(actor=actor, sitting=sitting, place=0, text="题干缺字", at=AT)
    return sitting, BankQuestion.objects.get(pk=sitting.paper[0][0])


def test_an_upheld_dispute_marks_everybody_again(exam: ExamStage) -> None:
    sitting, row = _disputed(exam)
    reviewer, decider = exam.everybody.at_door("reviewer"), exam.everybody.at_door("decider")
    assert row.key in reviewer.get("/office/exams/disputes/?state=open").content.decode()
    path = f"/office/exams/questions/{row.pk}/"
    assert reviewer.post(path + "propose/", {"kind": "key", "reason": "错"}).status_code == 400
    assert reviewer.post(path + "propose/", {"kind": "void", "reason": "题干缺字"}).status_code == 302
    ruling = Ruling.objects.get()
    told = decider.post(path + "agree/", {"ruling": ruling.pk}, follow=True).content.decode()
    assert "1 份试卷的成绩有变化" in told
    sitting.refresh_from_db()
    assert sitting.score == 10


def test_a_dispute_that_is_dismissed_is_answered_with_the_reason(exam: ExamStage) -> None:
    _sitting, row = _disputed(exam)
    decider = exam.everybody.at_door("decider")
    decider.post(f"/office/exams/questions/{row.pk}/dismiss/", {"reason": "题干完整"})
    assert Dispute.objects.get().reason == "题干完整"
