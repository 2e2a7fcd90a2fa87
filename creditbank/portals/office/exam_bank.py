"""The question bank at the office: all families at a glance, the questions of one, files out of it, releasing drafts.

These pages show the answers; only the management group opens them. What they do is asked again by each action.
"""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from creditbank.errors import NotAllowed
from creditbank.examinations.bank import FORMATS, export_questions, release_questions
from creditbank.examinations.models import BankQuestion, Dispute, DisputeState, ExamRules, QuestionState
from creditbank.examinations.questions import EASIEST, HARDEST, QuestionKind
from creditbank.policy.registry import CertificateFamily
from creditbank.portals.downloads import XLSX, file_response
from creditbank.portals.failures import error_words
from creditbank.portals.labels import printed_order, spoken
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import done
from creditbank.portals.office.tables import Cell, Head, show_list
from creditbank.portals.site import law_shown
from creditbank.rulebook.clause_names import clause_label

# Who works on the bank; the auditor reads it.
WRITERS: Final = (Role.REVIEWER, Role.DECIDER, Role.ADMIN)
KINDS: Final = (
    (QuestionKind.SINGLE.value, gettext_lazy("单选")),
    (QuestionKind.MULTIPLE.value, gettext_lazy("多选")),
    (QuestionKind.TRUE_FALSE.value, gettext_lazy("判断")),
)
KIND_WORDS: Final = dict(KINDS)
_FILES: Final = {
    "gift": ("txt", "text/plain; charset=utf-8"),
    "aiken": ("txt", "text/plain; charset=utf-8"),
    "qti": ("zip", "application/zip"),
    "xlsx": ("xlsx", XLSX),
}
_LONGEST_SHOWN: Final = 90


@dataclass(frozen=True, slots=True)
class FamilyBank:
    """One family on the first page: how many questions in each state, the rules in force, what is disputed."""

    family: CertificateFamily
    counts: dict[str, int]
    rules: ExamRules | None
    disputed: int


def family_of(code: str) -> CertificateFamily:
    """The family of an address; 404 for none of the law's."""
    family = law_shown().families.get(code)
    if family is None:
        raise Http404
    return family


@require_safe
@office_page(*READERS)
def banks(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every family: its bank, its rules, its disputes."""
    counted: dict[str, dict[str, int]] = {}
    for row in BankQuestion.objects.order_by().values("family", "state").annotate(many=Count("pk")):
        counted.setdefault(row["family"], {})[row["state"]] = row["many"]
    open_disputes = Dispute.objects.filter(state=DisputeState.OPEN).order_by().values("question__family")
    disputed = {row["question__family"]: row["many"] for row in open_disputes.annotate(many=Count("pk"))}
    families = sorted(law_shown().families.values(), key=lambda family: printed_order(family.clause))
    entries = [
        FamilyBank(
            each,
            counted.get(each.code, {}),
            ExamRules.objects.in_force(each.code, desk.today),
            disputed.get(each.code, 0),
        )
        for each in families
    ]
    return show(request, desk, "exam_banks", "exam_banks", {"entries": entries})


@require_safe
@office_page(*READERS)
def bank(request: HttpRequest, desk: Desk, family: str) -> HttpResponse:
    """The questions of a family."""
    found = family_of(family)
    rows = BankQuestion.objects.filter(family=family)
    clauses = [
        (code, clause_label(code)) for code in rows.order_by("clause").values_list("clause", flat=True).distinct()
    ]
    levels = [(str(level), str(level)) for level in range(EASIEST, HARDEST + 1)]
    listing = make_listing(
        request.GET,
        rows,
        search=lambda rows, words: rows.filter(text__icontains=words) | rows.filter(key__icontains=words),
        filters=(
            Filter("state", _("状态"), QuestionState.choices, lambda rows, value: rows.filter(state=value)),
            Filter("kind", _("题型"), KINDS, lambda rows, value: rows.filter(kind=value)),
            Filter("clause", _("条款"), clauses, lambda rows, value: rows.filter(clause=value)),
            Filter("difficulty", _("难度"), levels, lambda rows, value: rows.filter(difficulty=int(value))),
        ),
    )
    drafts = rows.filter(state=QuestionState.DRAFT).count()
    extra = {"family": found, "drafts": drafts, "writes": desk.may(*WRITERS), "forms": FORMATS}
    title = _("%(family)s：题库") % {"family": spoken(found.name)}
    return show_list(
        request,
        desk,
        "exam_banks",
        title=title,
        listing=listing,
        heads=_HEADS,
        cells=_cells,
        placeholder=_("题干或编号"),
        extra=extra,
        template="exam_bank",
    )


@require_safe
@office_page(*WRITERS)
def export(request: HttpRequest, desk: Desk, family: str, form: str) -> HttpResponse:
    """The questions in use as a file."""
    family_of(family)
    if form not in FORMATS:
        raise Http404
    content, left_out = export_questions(actor=desk.acting(*WRITERS), family=family, form=form, at=desk.at)
    if left_out:
        words = _("Aiken 只能写单选和判断，这些题没有写进文件：%(keys)s") % {"keys": "、".join(left_out[:20])}
        messages.warning(request, words)
    ending, content_type = _FILES[form]
    return file_response(content, f"questions-{family}-{form}.{ending}", content_type)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(*WRITERS)
def release(request: HttpRequest, desk: Desk, family: str) -> HttpResponse:
    """The drafts in full with their answers; the chosen ones of others are released."""
    found = family_of(family)
    rows = BankQuestion.objects.filter(family=family, state=QuestionState.DRAFT).select_related("written_by")
    context: dict[str, object] = {"family": found, "drafts": rows[:100], "total": rows.count(), "mine": desk.person_id}
    if request.method != "POST":
        return show(request, desk, "exam_release", "exam_banks", context)
    keys = request.POST.getlist("key")[:200]
    try:
        count = release_questions(actor=desk.acting(*WRITERS), family=family, keys=keys, at=desk.at)
    except NotAllowed as error:
        return show(request, desk, "exam_release", "exam_banks", {**context, "refusal": error_words(error)}, status=403)
    words = ngettext("%(count)s 道题已放行。", "%(count)s 道题已放行。", count) % {"count": count}
    return done(request, words, name="exam_bank", args=(family,))


def file_links(family: str) -> list[tuple[str, str]]:
    """(Name, address) of each format."""
    return [(form.upper(), reverse("office:exam_export", args=(family, form))) for form in FORMATS]


_HEADS: Final = (
    Head(gettext_lazy("题目")),
    Head(gettext_lazy("题型")),
    Head(gettext_lazy("条款")),
    Head(gettext_lazy("难度"), "num"),
    Head(gettext_lazy("状态")),
)


def _cells(row: BankQuestion) -> tuple[Cell, ...]:
    short = row.text if len(row.text) <= _LONGEST_SHOWN else f"{row.text[:_LONGEST_SHOWN]}…"
    revision = _("%(key)s · 第 %(revision)s 版") % {"key": row.key, "revision": row.revision}
    return (
        Cell(short, sub=revision, name="exam_question", args=(row.pk,)),
        Cell(KIND_WORDS.get(row.kind, row.kind)),
        Cell("", clause=row.clause),
        Cell(str(row.difficulty), css="num"),
        Cell(row.get_state_display(), state=row.state),
    )
