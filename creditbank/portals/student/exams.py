"""Examinations of a passbook: the list, beginning, the paper while its time runs, handing in, the marked paper.

The paper is one plain form and works without a script; the script of the page only saves earlier and counts the time.
A guardian reads results and sits nothing. No answer here tells which choice is right before the paper is marked.
"""

import json
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank import clock
from creditbank.errors import Conflict, CreditBankError, InvalidInput
from creditbank.examinations.disputes import LONGEST_TEXT, dispute_question
from creditbank.examinations.models import Sitting, SittingState
from creditbank.examinations.reading import FamilyExam, exam_of, exams_of, marked_paper, pass_mark
from creditbank.examinations.sitting import (
    GRACE,
    asked_questions,
    begin_sitting,
    close_overdue,
    hand_in,
    holds,
    save_answers,
)
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.labels import spoken
from creditbank.portals.listing import make_listing
from creditbank.portals.site import law_shown
from creditbank.portals.student.access import CHOSEN, Reader, back_to, reader_page, reader_with, show

# Larger than any count of saves that a paper sees; smaller than the column that holds it.
_MOST_SAVES = 1_000_000


@dataclass(frozen=True, slots=True)
class ExamLine:
    """One family's examination on the list."""

    name: str
    clause: str
    exam: FamilyExam


class DisputeForm(forms.Form):
    """An objection to one question."""

    place = forms.IntegerField(min_value=0, max_value=500, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("我认为这道题有问题，因为"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_safe
@reader_page
def exams(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What can be sat, and every attempt, newest first."""
    close_overdue(account=reader.account, at=reader.at)
    families = law_shown().families
    lines = [
        ExamLine(spoken(families[each.family].name), families[each.family].examination_clause, each)
        for each in exams_of(reader.account, reader.at)
        if each.family in families
    ]
    listing = make_listing(request.GET, Sitting.objects.filter(account=reader.account))
    rows = [(each, family_name(each.family)) for each in listing.page if isinstance(each, Sitting)]
    context = {"lines": lines, "listing": listing, "rows": rows, "pass_mark": pass_mark(clock.today(reader.at))}
    return show(request, reader, "exams", "exams", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def begin(request: HttpRequest, reader: Reader, family: str) -> HttpResponse:
    """The rules in full, then the beginning: from there the time runs."""
    if family not in law_shown().families:
        raise Http404
    if request.method == "POST":
        sitting = begin_sitting(actor=reader.actor, account=reader.account, family=family, at=reader.at)
        return back_to("sitting", str(sitting.pk))
    exam = exam_of(reader.account, family, reader.at)
    rules = exam.rules
    context: dict[str, object] = {
        "exam": exam,
        "family_name": family_name(family),
        "rules_words": spoken({"zh": rules.text_zh, "en": rules.text_en}) if rules else "",
        "questions": sum(part.count for part in rules.blueprint()) if rules else 0,
        "pass_mark": pass_mark(clock.today(reader.at)),
    }
    return show(request, reader, "exam_begin", "exams", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def sitting(request: HttpRequest, reader: Reader, pk: int) -> HttpResponse:
    """The paper while it is open (a POST saves it), the marked paper afterwards."""
    found, reader = _find(request, reader, pk)
    if request.method != "POST" and found.state == SittingState.MARKED:
        return _marked_page(request, reader, found)
    if not reader.own:
        raise Http404
    if request.method != "POST":
        return _paper_page(request, reader, found)
    answers, save = given_answers(request.POST, found), _save_number(request.POST)
    kept = save_answers(actor=reader.actor, sitting=found, answers=answers, save=save, at=reader.at)
    if not holds(kept, answers):
        messages.warning(request, _("没有保存：这份试卷在别的窗口里又保存过。下面是最后保存的答案。"))
        return back_to("sitting", str(pk))
    if "finish" in request.POST:
        return back_to("sitting_hand_in", str(pk))
    messages.success(request, _("答案已保存。"))
    return back_to("sitting", str(pk))


@require_POST
@reader_page
def autosave(request: HttpRequest, reader: Reader, pk: int) -> HttpResponse:
    """The script's save: ``saved``, ``kept`` and ``seconds`` left; or a ``message`` with the status of a refusal."""
    found, reader = _find(request, reader, pk)
    try:
        answers, save = given_answers(request.POST, found), _save_number(request.POST)
        kept = save_answers(actor=reader.actor, sitting=found, answers=answers, save=save, at=reader.at)
    except CreditBankError as error:
        return JsonResponse({"message": error_words(error)}, status=status_of(error))
    return JsonResponse({"saved": kept.saved, "kept": holds(kept, answers), "seconds": _seconds_left(kept, reader)})


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def finish(request: HttpRequest, reader: Reader, pk: int) -> HttpResponse:
    """What is answered and what is not; a POST hands the paper in."""
    found, reader = _find(request, reader, pk)
    if not reader.own:
        raise Http404
    if request.method == "POST":
        hand_in(actor=reader.actor, sitting=found, at=reader.at)
        return back_to("sitting", str(pk))
    if found.state == SittingState.MARKED:
        return back_to("sitting", str(pk))
    asked = asked_questions(found)
    context = {
        "sitting": found,
        "family_name": family_name(found.family),
        "open_numbers": [each.place + 1 for each in asked if not each.chosen],
        "answered": sum(1 for each in asked if each.chosen),
        "total": len(asked),
        "seconds": _seconds_left(found, reader),
    }
    return show(request, reader, "exam_hand_in", "exams", context)


@require_POST
@reader_page
def dispute(request: HttpRequest, reader: Reader, pk: int) -> HttpResponse:
    """Object to one question of one's marked paper."""
    found, reader = _find(request, reader, pk)
    form = DisputeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明异议的内容，不超过 1000 字。"))
        return back_to("sitting", str(pk))
    given = form.cleaned_data
    try:
        dispute_question(actor=reader.actor, sitting=found, place=given["place"], text=given["text"], at=reader.at)
    except (Conflict, InvalidInput) as error:
        messages.error(request, error_words(error))
    else:
        messages.success(request, _("异议已提交。处理结果会显示在这道题下面；成立的，所有考生一起重新评分。"))
    return back_to("sitting", str(pk))


def family_name(code: str) -> str:
    """The family in the reader's language; a code that the law no longer has stays as it is."""
    family = law_shown().families.get(code)
    return spoken(family.name) if family else code


def given_answers(posted: QueryDict, sitting: Sitting) -> dict[int, frozenset[int]]:
    """The answer sheet of a form: ``q0`` … with the chosen places. ``InvalidInput`` for what is no number."""
    given: dict[int, frozenset[int]] = {}
    for place in range(len(sitting.paper)):
        chosen = posted.getlist(f"q{place}")
        if not all(each.isascii() and each.isdecimal() and len(each) < 3 for each in chosen):
            raise InvalidInput("这道题没有这个选项。", field="answers")
        given[place] = frozenset(int(each) for each in chosen)
    return given


def _save_number(posted: QueryDict) -> int:
    text = posted.get("save", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and 0 < int(text) < _MOST_SAVES):
        raise InvalidInput("保存的序号不对，请重新打开试卷。", field="save")
    return int(text)


def _find(request: HttpRequest, reader: Reader, pk: int) -> tuple[Sitting, Reader]:
    """The sitting among the reader's accounts, closed if its time is over, and the reader with its account open."""
    mine = Sitting.objects.filter(account__in=reader.accounts).select_related("rules", "account__student")
    found = mine.filter(pk=pk).first()
    if found is None:
        raise Http404
    if found.state == SittingState.OPEN and reader.at > found.ends_at + GRACE:
        close_overdue(account=found.account, at=reader.at)
        found.refresh_from_db()
    request.session[CHOSEN] = str(found.account.holder_id)
    return found, reader_with(reader, found.account_id)


def _seconds_left(sitting: Sitting, reader: Reader) -> int:
    return max(0, int((sitting.ends_at - reader.at).total_seconds()))


def _paper_page(request: HttpRequest, reader: Reader, found: Sitting) -> HttpResponse:
    asked = asked_questions(found)
    context = {
        "sitting": found,
        "family_name": family_name(found.family),
        "asked": asked,
        "answered": sum(1 for each in asked if each.chosen),
        "next_save": found.saved + 1,
        "seconds": _seconds_left(found, reader),
        "words": json.dumps(_script_words(), ensure_ascii=False),
    }
    return show(request, reader, "exam_paper", "exams", context)


def _script_words() -> dict[str, str]:
    """What the script says, in the reader's language."""
    return {
        "saved": _("已保存"),
        "saving": _("正在保存…"),
        "offline": _("连不上服务器：答案先留在这台设备上，连上后自动保存。请不要关闭页面。"),
        "stale": _("这份试卷在别的窗口里又保存过，请刷新页面再答。"),
        "over": _("时间到，正在交卷…"),
        "left": _("剩余 %(minutes)s 分 %(seconds)s 秒"),
        "answered": _("已答 %(done)s / %(total)s 题"),
    }


def _marked_page(request: HttpRequest, reader: Reader, found: Sitting) -> HttpResponse:
    paper = marked_paper(found)
    wrong = [each.place + 1 for each in paper if each.points < each.most]
    context = {
        "sitting": found,
        "family_name": family_name(found.family),
        "paper": paper,
        "wrong": wrong,
        "pass_mark": pass_mark(clock.today(found.started_at)),
        "exam": exam_of(found.account, found.family, reader.at),
    }
    return show(request, reader, "exam_result", "exams", context)
