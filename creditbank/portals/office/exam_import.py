"""A file of questions becomes drafts: read first, with every problem and its place; written only when all is right.

Between the two steps the questions travel in the page itself, as GIFT; they are read and checked anew when written.
"""

from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from creditbank.errors import CreditBankError, InvalidInput
from creditbank.examinations.bank import import_questions, read_questions
from creditbank.examinations.bank_files import Reading
from creditbank.examinations.gift import write_gift
from creditbank.portals.office.access import Desk, office_page, show
from creditbank.portals.office.exam_bank import KIND_WORDS, WRITERS, family_of
from creditbank.portals.office.frame import done, refuse_beside
from creditbank.portals.uploads import limit_megabytes, was_too_large

# What a form may carry back; Django takes no more than 2.5 MB of fields.
LARGEST_CARRIED: Final = 2_000_000
_MOST_SHOWN: Final = 200


class ImportForm(forms.Form):
    """A file and what it is."""

    format = forms.ChoiceField(
        label=gettext_lazy("格式"),
        choices=(("gift", "GIFT（Moodle）"), ("aiken", "Aiken"), ("qti", "QTI 3.0"), ("xlsx", "Excel")),
    )
    file = forms.FileField(label=gettext_lazy("文件"), error_messages={"required": gettext_lazy("请选择文件。")})


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(*WRITERS)
def import_page(request: HttpRequest, desk: Desk, family: str) -> HttpResponse:
    """Choose a file, look at what is in it, write it."""
    found = family_of(family)
    context: dict[str, object] = {"family": found, "megabytes": limit_megabytes(), "form": ImportForm()}
    if request.method != "POST":
        return show(request, desk, "exam_import", "exam_banks", context)
    if "questions" in request.POST:
        return _write(request, desk, family)
    form, status = ImportForm(request.POST, request.FILES), 400
    if was_too_large(request):
        form.add_error("file", _("文件不能超过 %(limit)s MB。") % {"limit": limit_megabytes()})
    elif form.is_valid():
        try:
            reading = _read(form, family)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return show(request, desk, "exam_import", "exam_banks", {**context, **_preview(reading)})
    return show(request, desk, "exam_import", "exam_banks", {**context, "form": form}, status=status)


def _read(form: ImportForm, family: str) -> Reading:
    given = form.cleaned_data
    reading = read_questions(given["file"].read(), given["format"], prefix=family)
    if not reading.questions and not reading.problems:
        raise InvalidInput("文件里没有题目。", field="file")
    if not reading.problems and len(write_gift(list(reading.questions)).encode()) > LARGEST_CARRIED:
        raise InvalidInput("文件太大，请分成几份导入。", field="file")
    return reading


def _preview(reading: Reading) -> dict[str, object]:
    rows = [
        (each, KIND_WORDS[each.kind.value], [(choice.text, choice.right) for choice in each.choices])
        for each in reading.questions[:_MOST_SHOWN]
    ]
    return {
        "reading": reading,
        "rows": rows,
        "problems": [(each.place, _(each.message)) for each in reading.problems],
        "carried": "" if reading.problems else write_gift(list(reading.questions)),
    }


def _write(request: HttpRequest, desk: Desk, family: str) -> HttpResponse:
    reading = read_questions(request.POST["questions"].encode(), "gift", prefix=family)
    rows = import_questions(actor=desk.acting(*WRITERS), family=family, reading=reading, at=desk.at)
    count = len(rows)
    words = ngettext("已写入 %(count)s 道题，等另一位同事放行。", "已写入 %(count)s 道题，等另一位同事放行。", count)
    return done(request, words % {"count": count}, name="exam_bank", args=(family,))
