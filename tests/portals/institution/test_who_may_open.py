"""A post opens its own institution and nothing else; ``test_every_door`` tries everybody at every address."""

import re

import pytest

from creditbank.institutions.actions import appoint_staff, end_staff
from creditbank.institutions.models import Staff
from tests.cast import AT, person_of
from tests.evaluation.returns import row, submitted
from tests.everybody import Everybody
from tests.portals.institution.desks import at, html

LIMIT_BYTES = 150_000
FOREIGN = re.compile(r"(?:src|href|action|srcset)\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE)
INLINE = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.IGNORECASE)


def test_another_schools_clerk_meets_her_own_institution_alone(everybody: Everybody) -> None:
    other = everybody.at_door("other_clerk")
    assert other.get("/institution/")["Location"] == "/institution/HEBX/"
    number = submitted(everybody.cast, row(everybody.cast.student, "A-1")).number
    assert other.get(f"/institution/HEBX/returns/{number}/").status_code == 404
    assert other.post(f"/institution/HEBX/returns/{number}/withdraw/").status_code == 404


def test_the_door_asks_where_only_when_there_are_several(everybody: Everybody) -> None:
    cast = everybody.cast
    clerk = everybody.at_door("clerk")
    assert clerk.get("/institution/")["Location"] == at()
    someone = person_of(cast.clerk)
    appoint_staff(actor=cast.admin, at=AT, institution=cast.other_school, person=someone, role="approver")
    page = html(clerk.get("/institution/"))
    assert cast.school.name in page
    assert cast.other_school.name in page
    assert "切换单位" in html(clerk.get(at()))


def test_a_post_that_ended_opens_nothing(everybody: Everybody) -> None:
    cast = everybody.cast
    clerk = everybody.at_door("clerk")
    assert clerk.get(at()).status_code == 200
    end_staff(actor=cast.admin, at=AT, staff=Staff.objects.get(person=person_of(cast.clerk)))
    assert clerk.get(at()).status_code == 404
    assert clerk.get("/institution/").status_code == 404


def test_a_code_is_exact(everybody: Everybody) -> None:
    clerk = everybody.at_door("clerk")
    assert clerk.get("/institution/sjsx/").status_code == 404
    assert clerk.get("/institution/NONE/").status_code == 404


# Stands for the number of the return that the test makes.
NUMBER = "the return"
PAGES = (
    (),
    ("inbox",),
    ("returns",),
    ("returns", "new"),
    ("returns", NUMBER),
    ("returns", NUMBER, "rows"),
    ("returns", NUMBER, "rows", 2),
    ("returns", NUMBER, "receipt"),
    ("students",),
    ("students", "enrol"),
    ("redemptions",),
    ("openings",),
    ("openings", "new"),
    ("papers",),
    ("papers", "new"),
    ("forms",),
    ("scheme",),
    ("staff",),
    ("keys",),
)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_light_and_loads_nothing_foreign_or_inline(everybody: Everybody, language: str) -> None:
    number = submitted(everybody.cast, row(everybody.cast.student, "A-1")).number
    for role in ("clerk", "approver"):
        client = everybody.at_door(role)
        client.cookies["django_language"] = language
        for parts in PAGES:
            page = html(client.get(at(*(number if part == NUMBER else part for part in parts))))
            assert len(page.encode()) < LIMIT_BYTES, parts
            assert not FOREIGN.search(page), parts
            assert not INLINE.search(page), parts
            assert everybody.cast.student.number not in page
