"""One correction as the two persons see it: the two accounts side by side, what would be replayed, what falls out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditbank.corrections.models import AccountCorrection, CorrectionKind, CorrectionState
from creditbank.corrections.obstacles import obstacles_of
from creditbank.corrections.running import REASONS, progress_of
from creditbank.ledger.foresight import Foresight, Twin, foresee
from creditbank.ledger.models import PassbookLine
from creditbank.people.cards import active_card
from creditbank.people.looks import look_at_account
from creditbank.people.models import Account, IdentityDocument
from creditbank.portals.failures import error_words
from creditbank.portals.labels import Step
from creditbank.portals.office.access import LOOKERS, Desk
from creditbank.portals.office.frame import Pane, who_when
from creditbank.portals.office.sight import masked_card, shown_student
from creditbank.records.entries import Entry, entries_of

State = CorrectionState
LINES_SHOWN: Final = 100
_DIFFERS: Final[Mapping[str, str | Promise]] = {
    "": gettext_lazy("内容相同"),
    "amount": gettext_lazy("学分数额不同"),
    "institution_id": gettext_lazy("申报单位不同"),
    "domain": gettext_lazy("五育不同"),
    "stage": gettext_lazy("环节不同"),
    "occurred_on": gettext_lazy("日期不同"),
}


class VerdictForm(forms.Form):
    """The second person's answer."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("你的决定"),
        choices=(("agree", gettext_lazy("核准办理")), ("refuse", gettext_lazy("不予办理"))),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择核准或不予办理。")},
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=400,
        help_text=gettext_lazy("不予办理时必填。"),
    )


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two accounts as far as the office may see it for this case."""

    label: str
    account: Account
    name: str
    card: str
    documents: tuple[IdentityDocument, ...]


@dataclass(frozen=True, slots=True)
class FallsOut:
    """An achievement that both books have, in words, and in what they differ."""

    entry: Entry
    words: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen: totals, and the first lines of each list in words."""

    replayed: int
    entries: list[Entry]
    falls_out: list[FallsOut]
    foresight: Foresight


def find_correction(number: str) -> AccountCorrection:
    """The correction with this number; 404 for none."""
    found = corrections().filter(number=number).first()
    if found is None:
        raise Http404
    return found


def corrections() -> QuerySet[AccountCorrection]:
    """Corrections with everybody that a page names."""
    return AccountCorrection.objects.select_related(
        "account__student__person", "receiving__student__person", "asked_by", "decided_by"
    )


def correction_pane(desk: Desk, found: AccountCorrection, *, form: VerdictForm | None = None) -> Pane:
    """The case, with the forms that this desk may send. Each look at the two books is recorded."""
    waits = found.state == State.ASKED
    sides = _sides(desk, found)
    may_see = waits and _look(desk, found, sides)
    preview = _preview(found) if may_see and found.receiving is not None else None
    context: dict[str, object] = {
        "correction": found,
        "sides": sides,
        "same_name": len({side.account.student.person.name_key for side in sides}) == 1,
        "same_birth": len({side.account.student.birth_date for side in sides}) == 1,
        "preview": preview,
        "stands": _stands(preview.foresight) if preview else [],
        "obstacles": [error_words(each.error) for each in obstacles_of(found)] if waits else [],
        "steps": _steps(found),
        "waits": waits,
        "own": waits and found.asked_by_id == desk.person_id,
        "shut": _shut(desk, found),
        "runs": found.state == State.RUNNING,
        "progress": progress_of(found) if found.state == State.RUNNING else None,
        "form": form or VerdictForm(),
    }
    return Pane("office/correction_case.html", f"correction:{found.pk}", found.number, context)


def _sides(desk: Desk, found: AccountCorrection) -> list[Side]:
    labels = {
        CorrectionKind.MERGE: (_("并入后销户"), _("保留的户口")),
        CorrectionKind.SPLIT: (_("拆出的户口"), _("转入的户口")),
        CorrectionKind.ERASE: (_("户口"), ""),
    }[CorrectionKind(found.kind)]
    accounts = (found.account, found.receiving)
    return [_side(desk, label, each) for label, each in zip(labels, accounts, strict=True) if each is not None]


def _side(desk: Desk, label: str, account: Account) -> Side:
    card = active_card(account)
    documents = tuple(account.student.person.documents.filter(current=True).order_by("recorded_at"))
    return Side(
        label,
        account,
        shown_student(account.student, desk.today),
        masked_card(card.card_number) if card else "—",
        documents,
    )


def _look(desk: Desk, found: AccountCorrection, sides: Collection[Side]) -> bool:
    """Whether the desk may see both books for this case; one look is recorded for each."""
    actor = desk.acting(*LOOKERS)
    seen = [look_at_account(actor=actor, at=desk.at, account=side.account, case_ref=found.number) for side in sides]
    return all(seen)


def _preview(found: AccountCorrection) -> Preview:
    assert found.receiving is not None
    kind = CorrectionKind(found.kind)
    seqs = set(found.seqs) if kind is CorrectionKind.SPLIT else None
    giving = found.account.holder_id
    seen = foresee(giving, found.receiving.holder_id, reason=REASONS[kind], seqs=seqs)
    words = _entries(found, [line.seq for line in seen.replayed[:LINES_SHOWN]])
    twins = seen.falls_out[:LINES_SHOWN]
    twin_words = _entries(found, [twin.line.seq for twin in twins])
    return Preview(
        replayed=len(seen.replayed),
        entries=[words[line.seq] for line in seen.replayed[:LINES_SHOWN]],
        falls_out=[_fallen(twin, twin_words[twin.line.seq]) for twin in twins],
        foresight=seen,
    )


def _stands(seen: Foresight) -> list[tuple[str, int, int]]:
    """Each figure of the receiving book now and afterwards, in hundredths."""
    labels = (_("可用"), _("审核冻结中"), _("已使用"), _("已过期"), _("待补"), _("累计获得"))
    return list(zip(labels, seen.before, seen.after, strict=True))


def _entries(found: AccountCorrection, seqs: Collection[int]) -> dict[int, Entry]:
    lines = list(PassbookLine.objects.of(found.account.holder_id).filter(seq__in=seqs))
    return {entry.seq: entry for entry in entries_of(lines)}


def _fallen(twin: Twin, entry: Entry) -> FallsOut:
    return FallsOut(entry, str(_DIFFERS[twin.field]), bool(twin.field))


def _steps(found: AccountCorrection) -> list[Step]:
    present = {State.ASKED: 1, State.RUNNING: 2, State.DONE: 3}.get(State(found.state), 1)
    words = [
        (_("提出"), who_when(found.asked_by, found.asked_at)),
        (_("核准"), who_when(found.decided_by, found.decided_at)),
        (_("办结"), who_when(None, found.done_at)),
    ]
    if found.state in {State.REFUSED, State.WITHDRAWN}:
        words[1:] = [(str(found.get_state_display()), words[1][1])]
    return [
        Step(label, detail, "done" if index < present else "now" if index == present else "")
        for index, (label, detail) in enumerate(words)
    ]


def _shut(desk: Desk, found: AccountCorrection) -> str:
    if not desk.decider:
        return _("由核准人办理，您现在只能查看。")
    if found.asked_by_id == desk.person_id:
        return _("提出的人不能自己核准，请由另一位同事办理。")
    return ""
