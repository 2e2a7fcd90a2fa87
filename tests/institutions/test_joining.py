"""A new member is entered by one person and approved by another; until then it reports nothing."""

from dataclasses import replace

import pytest

from creditbank.audit.actor import PUBLIC
from creditbank.errors import AlreadyDone, Conflict, InvalidInput, NotAllowed
from creditbank.institutions.actions import (
    Entry,
    appoint_new_person,
    approve_institution,
    propose_institution,
    refuse_institution,
    set_institution_state,
)
from creditbank.institutions.models import Institution
from creditbank.institutions.register import public_register
from creditbank.institutions.rights import require_staff
from creditbank.people.actors import acting_as
from creditbank.people.models import OfficeRole
from creditbank.people.rights import appoint_office
from tests.cast import AT, Cast, gather_cast, person

pytestmark = pytest.mark.django_db

ENTRY = Entry(code="xinx", name="新校（示例）", kind="school", region_code="310104", region_name="上海市徐汇区")
RIGHT, WRONG = "91110000600037341L", "91110000600037342L"


@pytest.fixture
def cast() -> Cast:
    found = gather_cast()
    found.extra["decider"] = person("核准甲")
    appoint_office(actor=found.admin, at=AT, person=found.extra["decider"], role=OfficeRole.Role.DECIDER)
    return found


def proposed(cast: Cast) -> Institution:
    return propose_institution(actor=cast.admin, at=AT, entry=ENTRY)


def test_a_proposed_member_reports_nothing_until_another_person_approves(cast: Cast) -> None:
    member = proposed(cast)
    assert (member.code, member.state, member.may_report) == ("XINX", "proposed", False)
    assert member not in public_register()
    for wrong in (cast.admin, cast.reviewer, cast.clerk, PUBLIC):
        with pytest.raises(NotAllowed):
            approve_institution(actor=wrong, at=AT, institution=member)
    with pytest.raises(Conflict):
        set_institution_state(actor=cast.admin, at=AT, institution=member, state="approved")
    decider = acting_as(cast.extra["decider"], "decider")
    assert approve_institution(actor=decider, at=AT, institution=member).may_report
    assert Institution.objects.get(code="XINX") in public_register()
    with pytest.raises(Conflict):
        refuse_institution(actor=decider, at=AT, institution=member)


def test_a_refused_member_has_left(cast: Cast) -> None:
    member = proposed(cast)
    assert refuse_institution(actor=cast.admin, at=AT, institution=member).state == "withdrawn"


def test_without_a_second_person_a_member_is_approved_at_once(cast: Cast) -> None:
    OfficeRole.objects.filter(role="decider").update(until=AT)
    assert proposed(cast).may_report


def test_a_check_digit_that_fails_is_taken_only_when_it_is_meant(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as caught:
        propose_institution(actor=cast.admin, at=AT, entry=replace(ENTRY, credit_code=WRONG))
    assert caught.value.reason == "credit-code-check"
    with pytest.raises(InvalidInput) as caught:
        propose_institution(actor=cast.admin, at=AT, entry=replace(ENTRY, credit_code="123"), odd_code_meant=True)
    assert caught.value.reason == "credit-code"
    made = propose_institution(actor=cast.admin, at=AT, entry=replace(ENTRY, credit_code=WRONG), odd_code_meant=True)
    assert made.credit_code == WRONG
    right = replace(ENTRY, code="XINY", credit_code=RIGHT.lower())
    assert propose_institution(actor=cast.admin, at=AT, entry=right).credit_code == RIGHT
    with pytest.raises(AlreadyDone):
        propose_institution(actor=cast.admin, at=AT, entry=replace(right, code="XINZ"))


def test_the_first_staff_is_invited_and_appointed_in_one_step(cast: Cast) -> None:
    member = proposed(cast)
    staff, issued = appoint_new_person(actor=cast.admin, at=AT, institution=member, name="新经办", role="clerk")
    assert issued.person_id == staff.person_id
    require_staff(acting_as(staff.person, "clerk"), member, "clerk")
    with pytest.raises(NotAllowed):
        appoint_new_person(actor=cast.approver, at=AT, institution=cast.school, name="外人", role="clerk")
