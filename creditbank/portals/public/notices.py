"""Public notices (公示): what is shown now and until when, objections by anybody, and what became of them (M-12).

No page of these may be indexed or kept by anybody, and after the last day they show nothing of what stood in them.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from creditbank import clock
from creditbank.errors import Busy, CreditBankError
from creditbank.network import source_of
from creditbank.notices.actions import LONGEST_CONTACT, LONGEST_TEXT
from creditbank.notices.asking import follow_publicly, object_publicly
from creditbank.notices.models import Notice, NoticeKind, NoticeLine, Objection
from creditbank.notices.reading import is_shown
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.public.human_check import answered, new_question
from creditbank.redemption.disclosure import ShownLine, counted, lines_shown

_QUIET: Final = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
LINES_PER_PAGE: Final = 50
Given = ParamSpec("Given")
Page = Callable[Concatenate[HttpRequest, Given], HttpResponse]


class ObjectionForm(forms.Form):
    """What is objected to, and how to reach the objector; nothing else is asked."""

    text = forms.CharField(
        label=gettext_lazy("异议内容"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("写明哪里不符合规定、您怎么知道的。加密保存，只有办理的人能看到，每次查看都有记录。"),
        error_messages={"required": gettext_lazy("请写明异议的内容。")},
    )
    contact = forms.CharField(
        label=gettext_lazy("联系方式"),
        max_length=LONGEST_CONTACT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("需要核实时用，同样加密保存。"),
    )


class FollowForm(forms.Form):
    """The two facts of the receipt."""

    number = forms.CharField(
        label=gettext_lazy("异议编号"),
        max_length=30,
        help_text=gettext_lazy("例如 YY-2026-000123"),
        widget=forms.TextInput(attrs=_QUIET),
    )
    code = forms.CharField(
        label=gettext_lazy("查询码"),
        max_length=30,
        help_text=gettext_lazy("提交异议时给的 10 位字母和数字"),
        widget=forms.TextInput(attrs=_QUIET),
    )


def unindexed(view: Page[Given]) -> Page[Given]:
    """No search engine lists the page, and nobody keeps a copy (I-15)."""

    @never_cache
    @wraps(view)
    def marked(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return marked


@unindexed
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Every notice, the newest first; those that are over with their title and term alone."""
    listing = make_listing(request.GET, Notice.objects.all(), filters=(Filter("kind", _("类别"), _KINDS, _of_kind),))
    today = clock.today()
    rows = [(each, is_shown(each, today)) for each in listing.page if isinstance(each, Notice)]
    return render(request, "public/notices.html", {"listing": listing, "rows": rows})


@unindexed
@require_safe
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """One notice, while it is shown; afterwards the word that it was taken down."""
    found = _found(number)
    context: dict[str, object] = {"notice": found, "shown": is_shown(found, clock.today())}
    if context["shown"] and found.kind == NoticeKind.REDEMPTIONS:
        listing = make_listing(request.GET, found.lines.all(), per_page=LINES_PER_PAGE)
        lines = [each for each in listing.page if isinstance(each, NoticeLine)]
        context |= {"listing": listing, "lines": lines_shown(lines, clock.today()), "counted": counted(found)}
    return render(request, "public/notice.html", context)


@sensitive_post_parameters("text", "contact")
@unindexed
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, number: str, line: int) -> HttpResponse:
    """Object to one line. The receipt with number and code is shown once, in answer to the form."""
    found, at = _found(number), clock.now()
    subject = found.lines.filter(pk=line).first() if is_shown(found, clock.today(at)) else None
    shown = lines_shown([subject], clock.today(at)) if subject else []
    if subject is None or not shown:
        raise Http404
    if request.method != "POST":
        return _asked(request, found, shown, ObjectionForm())
    form = ObjectionForm(request.POST)
    # A question is answered once, so a page that is sent again does not object again.
    if not answered(request.POST.get("question", ""), request.POST.get("answer", "")):
        return _asked(request, found, shown, form, unproved=True, status=400)
    if not form.is_valid():
        return _asked(request, found, shown, form, status=400)
    return _filed(request, subject, shown, form, at)


@sensitive_variables()
def _filed(
    request: HttpRequest, subject: NoticeLine, shown: Sequence[ShownLine], form: ObjectionForm, at: datetime
) -> HttpResponse:
    found = subject.notice
    try:
        filed = object_publicly(
            line=subject,
            text=form.cleaned_data["text"],
            contact=form.cleaned_data["contact"],
            source=source_of(request),
            human_checked=True,
            at=at,
        )
    except Busy as error:
        form.add_error(None, error_words(error))
        return _asked(request, found, shown, form, status=429)
    except CreditBankError as error:
        form.add_error(None, error_words(error))
        return _asked(request, found, shown, form, status=status_of(error))
    return render(request, "public/objection_filed.html", {"notice": found, "filed": filed})


def _asked(
    request: HttpRequest,
    found: Notice,
    shown: Sequence[ShownLine],
    form: ObjectionForm,
    *,
    unproved: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {"notice": found, "line": shown[0], "form": form, "unproved": unproved, "question": new_question()}
    return render(request, "public/objection.html", context, status=status)


@sensitive_post_parameters("number", "code")
@unindexed
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """The form; on POST what became of the objection, or the one answer that every miss gets."""
    form = FollowForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "public/objection_follow.html", {"form": form}, status=400 if form.is_bound else 200)
    return _followed(request, form)


@sensitive_variables()
def _followed(request: HttpRequest, form: FollowForm) -> HttpResponse:
    given = form.cleaned_data
    try:
        found: Objection | None = follow_publicly(
            number=given["number"], code=given["code"], source=source_of(request), at=clock.now()
        )
    except Busy:
        return _missed(request, given["number"], "too_many", 429)
    if found is None:
        return _missed(request, given["number"], "missed", 200)
    return render(request, "public/objection_follow.html", {"objection": found, "notice": found.line.notice})


def _missed(request: HttpRequest, number: str, outcome: str, status: int) -> HttpResponse:
    # The code is not sent back: the next person at this machine must not find it.
    context = {"form": FollowForm(initial={"number": number}), outcome: True}
    return render(request, "public/objection_follow.html", context, status=status)


def _found(number: str) -> Notice:
    found = Notice.objects.filter(number=number).first()
    if found is None:
        raise Http404
    return found


_KINDS: Final = tuple((kind.value, kind.label) for kind in NoticeKind)


def _of_kind(rows: QuerySet[Notice], kind: str) -> QuerySet[Notice]:
    return rows.filter(kind=kind)
