"""The last seats wanted by many at once, and how quickly the pages of the spending side answer.

``python -m bench.spending SOCKET_DIRECTORY|- QUICK`` prints the measures of one engine as JSON.
"""

import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import django

from bench.books import Measure, measure
from bench.engines import on_each_engine

if TYPE_CHECKING:
    from creditbank.people.models import Account
    from tests.redemption.stage import Stage12

CLIENTS, SEATS, ANSWERS = 200, 50, 300
# One visit has seats for a few, the other for everybody.
SCARCE, AMPLE = "visit.harbin", "visit.beijing"


def run(quick: bool) -> list[Measure]:
    """The measures of the spending side on SQLite and on PostgreSQL; ``quick`` has a tenth of the clients."""
    return on_each_engine("bench.spending", quick, connections=CLIENTS + 20)


def main() -> None:
    """Make the people and the prices, measure, print."""
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 # Django is set up first
    from django.db import connection  # noqa: PLC0415

    from tests.redemption.stage import set_stage  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    part = 10 if sys.argv[2] == "1" else 1
    clients, seats, answers = CLIENTS // part, SEATS // part, ANSWERS // part
    stage = set_stage()
    accounts = _grown_up(stage, clients)
    _publish_prices(stage, {SCARCE: seats, AMPLE: clients})
    found = [*_rush(accounts, seats), *_pages(accounts[0], answers)]
    json.dump([{**each, "engine": connection.vendor} for each in found], sys.stdout)


def _grown_up(stage: "Stage12", count: int) -> "list[Account]":
    """So many grown students, each with the credits of both visits and more."""
    from creditbank.people.models import Account, Student  # noqa: PLC0415
    from tests.cast import many_pupils  # noqa: PLC0415
    from tests.redemption.stage import earn  # noqa: PLC0415

    keys = [each.account.pk for each in many_pupils(count)]
    Student.objects.filter(account__in=keys).update(birth_date=date(2000, 1, 2))
    accounts = list(Account.objects.select_related("student__person").filter(pk__in=keys))
    for account in accounts:
        earn(stage, account, 500_00, f"bench-{account.pk}")
    return accounts


def _publish_prices(stage: "Stage12", seats: dict[str, int]) -> None:
    from creditbank.catalogue.actions import (  # noqa: PLC0415
        draft_schedule,
        publish_schedule,
        put_allotment,
        put_price,
    )
    from tests.cast import AT  # noqa: PLC0415
    from tests.catalogue.stage import STARTS, TRIP  # noqa: PLC0415

    writer = stage.cast.reviewer
    draft = draft_schedule(actor=writer, title="示例价目", starts_on=STARTS, at=AT, is_sample=True)
    for product, total in seats.items():
        code = product.rpartition(".")[2]
        put_allotment(actor=writer, schedule=draft, code=code, title=code, unit="seats", total=total, at=AT)
        put_price(actor=writer, schedule=draft, terms=replace(TRIP, product=product, seats=code, budget=""), at=AT)
    publish_schedule(actor=stage.decider, schedule=draft, at=AT)


def _rush(accounts: "Sequence[Account]", seats: int) -> list[Measure]:
    """Everybody at once for seats enough, then for too few: how long they wait, and that exactly so many win."""
    from creditbank.catalogue.models import Allotment  # noqa: PLC0415
    from creditbank.ledger.verify import verify  # noqa: PLC0415
    from creditbank.redemption.holds import hold_facts  # noqa: PLC0415
    from tests.cast import AT  # noqa: PLC0415

    everybody, unhurried = _at_once(accounts, AMPLE)
    assert everybody == len(accounts), f"{everybody} of {len(accounts)} had a seat"
    won, rushed = _at_once(accounts, SCARCE)
    assert won == seats, f"{won} seats for {seats}"
    assert Allotment.objects.get(code="harbin").taken == seats
    assert verify(at=AT + timedelta(days=3), hold_facts=hold_facts).problem is None
    what = f"{len(accounts)} clients for {seats} seats"
    limit = "the same with seats for all"
    return [
        measure(f"{what}, {name}", _share(rushed, share), "ms", limit, _share(unhurried, share), aim=aim)
        for name, share, aim in (("p50", 50, None), ("p99", 99, 1.2))
    ]


def _at_once(accounts: "Sequence[Account]", product: str) -> tuple[int, list[float]]:
    """How many had the product, and each one's milliseconds; whatever is not a refusal ends the measurement."""
    from django.db import connections  # noqa: PLC0415

    from creditbank.errors import Refused  # noqa: PLC0415
    from creditbank.redemption.actions import apply_for_product  # noqa: PLC0415
    from creditbank.redemption.errors import NotEligible  # noqa: PLC0415
    from tests.cast import AT, actor  # noqa: PLC0415

    together, at = Barrier(len(accounts)), AT + timedelta(days=3)

    def wish(account: "Account") -> tuple[bool, float]:
        connections["default"].ensure_connection()
        student = actor(account.student.person, "student")
        together.wait(timeout=60)
        began, won = time.perf_counter(), True
        try:
            apply_for_product(actor=student, account=account, product=product, price_class="half", at=at)
        except (Refused, NotEligible):
            won = False
        taken = (time.perf_counter() - began) * 1_000
        connections.close_all()
        return won, taken

    with ThreadPoolExecutor(len(accounts)) as clients:
        answers = list(clients.map(wish, accounts))
    return sum(won for won, _ in answers), sorted(taken for _, taken in answers)


def _pages(account: "Account", answers: int) -> list[Measure]:
    """The pages of the catalogue and of what she may redeem, beside one that shows the frame and fixed words."""
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from creditbank.people.models import User  # noqa: PLC0415
    from tests.cast import AT  # noqa: PLC0415
    from tests.everybody import log_in  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    student = Client()
    log_in(student, User.objects.create(person=account.student.person, username="bench", created_at=AT))
    public = Client()
    addresses = {
        "the catalogue": (public, "/products/"),
        "what can I redeem": (student, "/me/offers/"),
        "fixed words": (public, "/privacy/"),
    }
    taken: dict[str, list[float]] = {name: [] for name in addresses}
    for turn in range(answers):
        for name, (client, address) in addresses.items():
            began = time.perf_counter()
            status = client.get(address).status_code
            assert status == 200, (address, status)
            # The first answer also pays for what is loaded once.
            if turn:
                taken[name].append((time.perf_counter() - began) * 1_000)
    fixed = sorted(taken.pop("fixed words"))
    return [
        measure(
            f"page: {name}, p{share}", _share(sorted(each), share), "ms", "a page of fixed words", _share(fixed, share)
        )
        for name, each in taken.items()
        for share in (50, 99)
    ]


def _share(ordered: Sequence[float], percent: int) -> float:
    """The value below which so many percent of the ordered ones lie."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


if __name__ == "__main__":
    main()
