"""Verbs of the catalogue: draft a schedule, publish or withdraw it by another person; add an item to an open list."""

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.catalogue.items import CLASSES, OTHER, SLUG, law_on
from creditbank.catalogue.models import AddedItem, Allotment, AllotmentUnit, Price, PriceSchedule, ScheduleState
from creditbank.catalogue.terms import LARGEST_FEN, PriceTerms, check_terms
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.ids import new_code
from creditbank.institutions.models import Institution
from creditbank.people.rights import require_office
from creditbank.policy.law import Law
from creditbank.rulebook.reading import version_on

MOST_PRICES = 2_000
MOST_ALLOTMENTS = 500


@transaction.atomic
def draft_schedule(
    *, actor: Actor, title: str, starts_on: date, at: datetime, ends_on: date | None = None, is_sample: bool = False
) -> PriceSchedule:
    """Begin an empty draft. Raises ``InvalidInput`` for a title that is empty or an end before the start."""
    person_id = require_office(actor, "reviewer", "decider", "admin", at=at)
    if not title.strip():
        raise InvalidInput("请写价目表的名称。", field="title")
    if ends_on is not None and ends_on < starts_on:
        raise InvalidInput("结束日期不能早于开始日期。", field="ends_on")
    schedule = PriceSchedule.objects.create(
        number=f"new-{new_code(12)}",
        title=title.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        is_sample=is_sample,
        drafted_by_id=person_id,
        drafted_at=at,
        writer_ids=[person_id],
    )
    schedule.number = f"JM-{today(at).year}-{schedule.pk:04d}"
    schedule.save(update_fields=["number"])
    audit_prices(actor, at, "draft-prices", schedule)
    return schedule


@transaction.atomic
def put_allotment(
    *, actor: Actor, schedule: PriceSchedule, code: str, title: str, unit: str, total: int, at: datetime
) -> Allotment:
    """Set how many seats, or how much money in fen, prices of the draft may draw from together."""
    draft = writable_draft(actor, schedule, at)
    kept = write_allotment(draft, code=code, title=title, unit=unit, total=total)
    audit_prices(actor, at, "write-prices", draft, ["allotments"])
    return kept


def write_allotment(draft: PriceSchedule, *, code: str, title: str, unit: str, total: int) -> Allotment:
    """The same within an action that holds the draft."""
    if not SLUG.fullmatch(code):
        raise InvalidInput("代码只用小写字母、数字和连字符。", field="code")
    if unit not in AllotmentUnit.values:
        raise InvalidInput("须是名额或经费。", field="unit")
    if not 0 <= total <= LARGEST_FEN * 100:
        raise InvalidInput("总数有误。", field="total")
    if draft.allotments.exclude(code=code).count() >= MOST_ALLOTMENTS:
        raise InvalidInput("一份价目表里的名额和经费太多。", field="code")
    kept, _made = draft.allotments.update_or_create(
        code=code, defaults={"title": title.strip()[:80] or code, "unit": unit, "total": total}
    )
    return kept


@transaction.atomic
def put_price(*, actor: Actor, schedule: PriceSchedule, terms: PriceTerms, at: datetime) -> Price:
    """Write one price of a draft; a price of the same product and class is replaced.

    Raises ``InvalidInput`` as :func:`creditbank.catalogue.terms.check_terms`, or for an allotment that is not there.
    """
    draft = writable_draft(actor, schedule, at)
    price = write_price(draft, terms, law_on(draft.starts_on))
    audit_prices(actor, at, "write-prices", draft, ["prices"])
    return price


def write_price(draft: PriceSchedule, terms: PriceTerms, law: Law) -> Price:
    """The same within an action that holds the draft; ``law`` is that of the schedule's first day, with added items."""
    check_terms(terms, law)
    unknown = set(terms.institutions) - set(
        Institution.objects.filter(code__in=terms.institutions).values_list("code", flat=True)
    )
    if unknown:
        raise InvalidInput("没有这个成员单位：%(institution)s。", field="institutions", institution=min(unknown))
    values = asdict(terms) | {
        "seats": _allotment(draft, terms.seats, AllotmentUnit.SEATS),
        "budget": _allotment(draft, terms.budget, AllotmentUnit.FEN),
        "places": list(terms.places),
        "institutions": list(terms.institutions),
    }
    key = {"product": values.pop("product"), "price_class": values.pop("price_class")}
    if draft.prices.exclude(**key).count() >= MOST_PRICES:
        raise InvalidInput("一份价目表里的价目太多。", field="product")
    price, _made = draft.prices.update_or_create(**key, defaults=values)
    return price


@transaction.atomic
def remove_price(*, actor: Actor, price: Price, at: datetime) -> None:
    """Take one price out of a draft."""
    draft = writable_draft(actor, price.schedule, at)
    draft.prices.filter(pk=price.pk).delete()
    audit_prices(actor, at, "write-prices", draft, ["prices"])


@transaction.atomic
def publish_schedule(*, actor: Actor, schedule: PriceSchedule, at: datetime) -> PriceSchedule:
    """Publish a draft, from its first day on. A decider does, who wrote none of it.

    Raises ``NotAllowed`` for a writer, ``Conflict`` when it is no draft, has no price, or would begin in the past: what
    was applied for is never judged by a price that nobody could know.
    """
    person_id = require_office(actor, "decider", at=at)
    draft = _locked(schedule)
    if draft.state != ScheduleState.DRAFT:
        raise Conflict("这份价目表已经公布过了。")
    if person_id in draft.writer_ids:
        raise NotAllowed("写价目表的人不能自己公布，请由另一位同事办理。", clause="I-8")
    if not draft.prices.exists():
        raise Conflict("价目表里还没有价目。")
    if draft.starts_on < today(at):
        raise Conflict("开始日期已经过去，请改成今天或以后。", code="starts-in-the-past")
    draft.state = ScheduleState.PUBLISHED
    draft.published_by_id, draft.published_at = person_id, at
    draft.save(update_fields=["state", "published_by", "published_at"])
    audit_prices(actor, at, "publish-prices", draft)
    return draft


@transaction.atomic
def withdraw_schedule(*, actor: Actor, schedule: PriceSchedule, reason: str, at: datetime) -> PriceSchedule:
    """Take a published schedule back with a reason: nobody applies by it any more, running applications go on.

    Never by the person who published it.
    """
    person_id = require_office(actor, "decider", at=at)
    row = _locked(schedule)
    if row.state != ScheduleState.PUBLISHED:
        raise Conflict("只有已公布的价目表可以撤下。")
    if row.published_by_id == person_id:
        raise NotAllowed("公布价目表的人不能自己撤下，请由另一位同事办理。", clause="I-8")
    if not reason.strip():
        raise InvalidInput("请写明撤下的理由。", field="reason")
    row.state, row.reason = ScheduleState.WITHDRAWN, reason.strip()
    row.withdrawn_by_id, row.withdrawn_at = person_id, at
    row.save(update_fields=["state", "reason", "withdrawn_by", "withdrawn_at"])
    audit_prices(actor, at, "withdraw-prices", row)
    return row


@transaction.atomic
def add_item(
    *,
    actor: Actor,
    group: str,
    slug: str,
    name_zh: str,
    name_en: str,
    since: date,
    at: datetime,
    classes: tuple[str, ...] | None = None,
    amount_yuan: int | None = None,
) -> AddedItem:
    """Propose an item of an open list: ``<group>.<slug>``, or ``other.<slug>`` where no family fits (M-11.0).

    Scholarships are named by their amount; items of a group have the group's classes. Raises ``InvalidInput`` for an
    unknown group, a slug of another form, a missing name, and ``Conflict`` for a code that is there.
    """
    person_id = require_office(actor, "reviewer", "decider", "admin", at=at)
    law = version_on(since)
    if group != OTHER and group not in law.groups:
        raise InvalidInput("没有这一类产品。", field="group", clause="M-11.0")
    if not SLUG.fullmatch(slug) or len(slug) > 40:
        raise InvalidInput("代码只用小写字母、数字和连字符，不超过 40 个字。", field="slug")
    if group == "scholarship" and (amount_yuan is None or slug != str(amount_yuan)):
        raise InvalidInput("奖学金的代码就是它的金额（元）。", field="amount_yuan", clause="M-11.1")
    if not name_zh.strip() or not name_en.strip():
        raise InvalidInput("请写中文和英文名称。", field="name_zh")
    if set(classes or ()) - set(CLASSES):
        raise InvalidInput("价位须是全价、半价或补贴价。", field="classes")
    code = f"{group}.{slug}"
    taken = code in law.products or AddedItem.objects.filter(code=code).exists()
    if taken:
        raise Conflict("已经有这个产品：%(product)s。", product=code, field="slug")
    inherited = law.groups[group].products[0].classes if group != OTHER else (classes or ())
    item = AddedItem.objects.create(
        code=code,
        group=group,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        classes=list(inherited),
        amount_yuan=amount_yuan if group == "scholarship" else None,
        since=since,
        added_by_id=person_id,
        added_at=at,
    )
    _audit_item(actor, at, "add-item", item)
    return item


@transaction.atomic
def agree_item(*, actor: Actor, item: AddedItem, at: datetime) -> AddedItem:
    """Let an item count. A decider does, who did not propose it."""
    person_id = require_office(actor, "decider", at=at)
    row = AddedItem.objects.select_for_update().get(pk=item.pk)
    if row.agreed_by_id is not None:
        raise Conflict("这一项已经确认过了。")
    if row.added_by_id == person_id:
        raise NotAllowed("提出的人不能自己确认，请由另一位同事办理。", clause="M-11.0")
    row.agreed_by_id, row.agreed_at = person_id, at
    row.save(update_fields=["agreed_by", "agreed_at"])
    _audit_item(actor, at, "agree-item", row)
    return row


def _locked(schedule: PriceSchedule) -> PriceSchedule:
    return PriceSchedule.objects.select_for_update().get(pk=schedule.pk)


def writable_draft(actor: Actor, schedule: PriceSchedule, at: datetime) -> PriceSchedule:
    """The draft, locked; whoever writes in it is noted, and will not publish it."""
    person_id = require_office(actor, "reviewer", "decider", "admin", at=at)
    draft = _locked(schedule)
    if draft.state != ScheduleState.DRAFT:
        raise Conflict("已公布的价目表不能修改，请另拟一份。", clause="I-8")
    if person_id not in draft.writer_ids:
        draft.writer_ids = [*draft.writer_ids, person_id]
        draft.save(update_fields=["writer_ids"])
    return draft


def _allotment(draft: PriceSchedule, code: str, unit: AllotmentUnit) -> Allotment | None:
    if not code:
        return None
    found = draft.allotments.filter(code=code, unit=unit).first()
    if found is None:
        field = "seats" if unit is AllotmentUnit.SEATS else "budget"
        raise InvalidInput("价目表里没有这一项名额或经费：%(allotment)s。", field=field, allotment=code)
    return found


def audit_prices(
    actor: Actor, at: datetime, action: str, schedule: PriceSchedule, fields: list[str] | None = None
) -> None:
    """Record what was done to a schedule."""
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="price-schedule",
        subject_id=schedule.number,
        clause="I-8",
        fields=fields or [],
    )


def _audit_item(actor: Actor, at: datetime, action: str, item: AddedItem) -> None:
    record(actor=actor, at=at, action=action, subject_kind="product", subject_id=item.code, clause="M-11.0")
