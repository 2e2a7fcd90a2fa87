"""The student's and guardian's pages in a real browser: accessible, within the window, light and dark."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

from creditbank import clock
from creditbank.certificates.models import Certificate
from creditbank.institutions.models import Institution
from creditbank.people.actors import acting_as
from creditbank.people.models import Account
from creditbank.redemption.actions import apply_for_product
from tests.cast import AT
from tests.everybody import gather_everybody
from tests.journeys.conftest import DESKTOP, PHONE, Visitor
from tests.records.books import live
from tests.redemption.stage import Stage12, crown

PAGES = (
    "/me/",
    "/me/?q=nothing",
    "/me/offers/",
    "/me/offers/certificate.athlete.2/",
    "/me/offers/certificate.coach.3/",
    "/me/redemptions/",
    "/me/redemptions/{issued}/",
    "/me/redemptions/{waiting}/",
    "/me/redemptions/{waiting}/withdraw/",
    "/me/certificates/",
    "/me/certificates/{certificate}/",
    "/me/statement/",
    "/me/statement/?since=2026-03-01&until=2026-01-01&format=pdf",
    "/me/data/",
    "/me/looks/",
    "/me/consents/",
    "/me/inbox/",
    "/me/card/",
    "/me/holders/",
    "/me/join/",
    "/open/",
    "/open/guardian/",
)
SIGHTS = ((PHONE, "light"), (DESKTOP, "dark"))


@pytest.fixture
def guardian_at(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """The guardian's browser, and a passbook with every kind of line."""

    def now() -> datetime:
        return AT + timedelta(days=2)

    monkeypatch.setattr(clock, "now", now)
    everybody = gather_everybody()
    cast = everybody.cast
    Institution.objects.filter(pk=cast.other_school.pk).update(issues_certificates=True)
    cast.other_school.refresh_from_db()
    student, guardian = everybody.actor("student"), everybody.actor("guardian")
    stage = Stage12(cast, everybody.actor("decider"), cast.other_school, student, guardian)
    live(stage)
    crown(stage.account)
    session = everybody.at_door("guardian").cookies[settings.SESSION_COOKIE_NAME].value
    visitor.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": visitor.address}])
    return visitor


def test_the_pages_of_a_passbook_are_accessible_and_fit_the_window(guardian_at: Visitor) -> None:
    _look_at(guardian_at, ["/me/offers/certificate.athlete.2/apply/"])
    account = Account.objects.get(student__person__name="林知夏")
    student = acting_as(account.student.person, "student")
    waiting = apply_for_product(
        actor=student, account=account, product="certificate.athlete.2", at=AT + timedelta(days=1)
    )
    certificate = Certificate.objects.get()
    numbers = {
        "waiting": waiting.number,
        "issued": certificate.redemption_number,
        "certificate": certificate.number,
    }
    _look_at(guardian_at, [page.format(**numbers) for page in PAGES])


def _look_at(visitor: Visitor, pages: Sequence[str]) -> None:
    for width, theme in SIGHTS:
        visitor.prefer(theme=theme)
        visitor.resize(width)
        for path in pages:
            visitor.open(path)
            visitor.shoot(f"student{path}-{width}-{theme}")
            assert visitor.overflow() == 0, f"{path} at {width} px"
            findings = Axe().run(visitor.page)
            assert findings.violations_count == 0, f"{path} at {width} px\n{findings.generate_report()}"
