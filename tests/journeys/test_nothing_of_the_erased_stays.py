"""Every table of the database is read after an erasure: nothing names the person but what docs/privacy.md says."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from creditbank import clock
from creditbank.api.models import GivenAnswer
from creditbank.audit.actor import Actor
from creditbank.certificates.actions import revoke_certificate, suspend_certificate
from creditbank.certificates.checking import check_certificate
from creditbank.certificates.models import Certificate
from creditbank.evaluation.actions import ask_reversal, decide_reversal
from creditbank.evaluation.models import ReturnRow
from creditbank.examinations.models import ExamResult
from creditbank.institutions.actions import enrol_student
from creditbank.ledger.lines import Reason
from creditbank.ledger.verify import verify
from creditbank.messages.actions import send
from creditbank.people.access import grant_access, reveal_personal_data
from creditbank.people.account_states import close_account, erase_identity, freeze_account, unfreeze_account
from creditbank.people.documents import store_phone
from creditbank.people.models import AccountOpening, User
from creditbank.policy.decision import decision_from_json
from creditbank.policy.loading import shipped_law
from creditbank.records.own_data import export_own_data
from creditbank.redemption.actions import accept_redemption, apply_for_product, refuse_redemption, review_redemption
from creditbank.redemption.holds import hold_facts
from creditbank.redemption.models import Redemption
from tests.cast import AT, Pupil, actor, pupil
from tests.evaluation.returns import honour, posted, row
from tests.everybody import Everybody
from tests.portals.world import stage_of
from tests.redemption.stage import ATHLETE, Stage12, make_ready

pytestmark = pytest.mark.django_db
NAME: Final = "穆清越"
BIRTH: Final = date(1999, 11, 13)
LOGIN: Final = "muqingyue"
COACH: Final = "certificate.coach.3"
REASON: Final = f"与{NAME}本人当面核对过原件。"
LATER: Final = AT + timedelta(days=1)
# What the retention table of docs/privacy.md keeps: the name on a certificate that stands.
KEPT: Final = {("creditbank_certificate", "holder_name")}
Cell = tuple[str, str, str]


@pytest.fixture
def erased(everybody: Everybody, monkeypatch: pytest.MonkeyPatch) -> Pupil:
    """A student who lived a full life in the bank and whose identity was erased."""

    def now() -> datetime:
        return LATER

    monkeypatch.setattr(clock, "now", now)
    stage = stage_of(everybody)
    mu = pupil(NAME, BIRTH, 998)
    # Before anything is forgotten there must be something to find, or the test would prove nothing.
    _live(everybody, stage, mu)
    before = {place[:2] for place in _found(_traces(mu))}
    assert {("creditbank_person", "name"), ("creditbank_returnrow", "remark"), *KEPT} <= before
    assert len(before) > 15, sorted(before)
    account = mu.account
    close_account(actor=stage.decider, at=LATER, account=account, reason=REASON)
    account.refresh_from_db()
    erase_identity(actor=stage.decider, at=LATER, account=account)
    return mu


def test_no_table_names_an_erased_person_but_a_certificate_that_stands(erased: Pupil, everybody: Everybody) -> None:
    found = list(_found(_traces(erased)))
    assert {(table, column) for table, column, _ in found} == KEPT
    assert len(found) == 1
    assert verify(at=LATER, hold_facts=hold_facts).problem is None


def test_what_anybody_may_check_and_what_was_decided_can_still_be_read(erased: Pupil, everybody: Everybody) -> None:
    standing, revoked = (Certificate.objects.get(account=erased.account, state=state) for state in ("valid", "revoked"))
    checked = check_certificate(number=standing.number, code=standing.check_code)
    assert checked is not None
    assert (checked.holder_name, revoked.holder_name) == (NAME, "已注销")
    for redemption in Redemption.objects.filter(account=erased.account):
        decision = decision_from_json(redemption.decision)
        assert decision.eligible
        age = decision.requirement("age")
        assert age is None or (age.met, age.text.zh, age.have) == (True, "已注销", None)


def test_a_certificate_revoked_after_the_erasure_loses_its_name(erased: Pupil, everybody: Everybody) -> None:
    standing = Certificate.objects.get(account=erased.account, state="valid")
    _revoke(standing, everybody, "所依据的荣誉已经撤销，证书一并撤销。")
    assert not list(_found(_traces(erased)))


def _live(everybody: Everybody, stage: Stage12, mu: Pupil) -> None:
    """A login, returns, corrections, two certificates, a refused application, looks, messages; her name everywhere."""
    _known(everybody, stage, mu)
    _reported(stage, mu)
    for product, family in ((COACH, "coach"), (ATHLETE, "athlete")):
        ExamResult.objects.filter(account=mu.account).update(family=family)
        review_redemption(
            actor=stage.cast.reviewer, redemption=_applied(mu, product), advice="refuse", note=REASON, at=AT
        )
        refuse_redemption(actor=stage.decider, redemption=_open_one(mu), reason=REASON, at=AT)
        review_redemption(
            actor=stage.cast.reviewer, redemption=_applied(mu, product), advice="accept", note=REASON, at=AT
        )
        accept_redemption(actor=stage.decider, redemption=_open_one(mu), issuer=stage.issuer, at=AT)
    _revoke(Certificate.objects.get(account=mu.account, family="athlete"), everybody, REASON)
    freeze_account(actor=stage.decider, at=AT, account=mu.account, reason=REASON)
    unfreeze_account(actor=stage.decider, at=AT, account=mu.account, reason=REASON)


def _known(everybody: Everybody, stage: Stage12, mu: Pupil) -> None:
    """What is kept of her as a person: application, login, telephone, looks, an answer of the API."""
    person = mu.account.student.person
    store_phone(person=person, number="13800138000", at=AT)
    AccountOpening.objects.create(
        number="KH-2026-000077",
        state="opened",
        way="counter",
        privacy_version="1",
        submitted_at=AT,
        name=NAME,
        name_key=person.name_key,
        birth_date=BIRTH,
        document_kind="resident-id",
        kind_group="citizen",
        masked="1101**********998X",
        phone_masked="*******8000",
        refusal_reason=REASON,
        account=mu.account,
    )
    User.objects.create(username=LOGIN, person=person, email=f"{LOGIN}@example.com", created_at=AT)
    AccessAttempt.objects.create(username=LOGIN, ip_address="127.0.0.1", attempt_time=AT, failures_since_start=1)
    browser = replace(everybody, actors={"adult": _herself(mu)}).at_door("adult")
    assert browser.get("/me/").status_code == 200
    enrol_student(actor=stage.cast.clerk, at=AT, institution=stage.cast.school, student=mu.account.student)
    send(to=person.pk, template_code="people.opened", params={"number": "KH-2026-000077"}, at=AT)
    grant_access(
        actor=everybody.actor("decider"),
        at=AT,
        student=mu.account.student,
        grantee=stage.cast.guardian,
        purpose=REASON,
        starts=AT,
        ends=LATER,
    )
    reveal_personal_data(actor=_herself(mu), at=AT, student=mu.account.student, fields=["name", "birth_date"])
    export_own_data(actor=_herself(mu), account=mu.account, law=shipped_law(), at=AT)
    body = {"name": NAME, "birth_date": BIRTH.isoformat()}
    GivenAnswer.objects.create(caller="key:1", key="0" * 64, request="1" * 64, status=201, body=body, given_at=AT)


def _reported(stage: Stage12, mu: Pupil) -> None:
    """Rows in whose free words the institution wrote her name; one of them is reversed."""
    make_ready(stage, mu.account, 50000)
    words = {"title": f"{NAME}的作品展", "remark": f"{NAME}本人", "evidence": f"{NAME}获奖照片"}
    posted(
        stage.cast,
        row(mu, "E-1", **words),
        row(mu, "E-2", **words),
        honour(mu, "E-3", issuer=f"{NAME}工作室", remark=NAME),
        confirm_attainments=True,
    )
    reversed_row = ReturnRow.objects.get(achievement_number="E-2")
    request = ask_reversal(actor=stage.cast.clerk, at=AT, row=reversed_row, reason=Reason.OTHER, note=REASON)
    decide_reversal(actor=stage.cast.second_reviewer, at=AT, request=request, accept=True, note=REASON)


def _applied(mu: Pupil, product: str) -> Redemption:
    return apply_for_product(actor=_herself(mu), account=mu.account, product=product, route="skill", at=AT)


def _open_one(mu: Pupil) -> Redemption:
    return Redemption.objects.open().get(account=mu.account)


def _revoke(certificate: Certificate, everybody: Everybody, reason: str) -> None:
    reviewer, decider = everybody.cast.reviewer, everybody.actor("decider")
    suspend_certificate(actor=reviewer, certificate=certificate, reason=reason, at=AT)
    revoke_certificate(actor=decider, certificate=certificate, reason=reason, at=AT)


def _herself(mu: Pupil) -> Actor:
    return actor(mu.account.student.person, "student")


def _traces(mu: Pupil) -> tuple[str, ...]:
    """What would tell who it was; the coming of age names the birthday as well as the birth date does."""
    eighteenth = BIRTH.replace(year=BIRTH.year + 18)
    return (NAME, "mu qing yue", LOGIN, mu.number, BIRTH.isoformat(), f"{BIRTH:%Y%m%d}", eighteenth.isoformat())


def _found(traces: tuple[str, ...]) -> Iterator[Cell]:
    """Table, column and text of every cell of the database in which one of the traces stands."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for found in cursor.fetchall():
                for column, value in zip(columns, found, strict=True):
                    text = _readable(table, column, value)
                    if any(trace in text for trace in traces):
                        yield table, column, text


def _readable(table: str, column: str, value: object) -> str:
    if (table, column) == ("django_session", "session_data"):
        return json.dumps(SessionStore().decode(str(value)), ensure_ascii=False)
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, str) and value[:1] in '{["':
        try:
            return json.dumps(json.loads(value), ensure_ascii=False)
        except ValueError:
            return value
    return str(value)
