"""Staff act at their own institution only; a key is shown once, kept as a digest and never approves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from creditbank.audit.actor import Actor
from creditbank.audit.models import AuditRecord
from creditbank.errors import AlreadyDone, Conflict, InvalidInput, NotAllowed, NotFound
from creditbank.institutions.actions import (
    appoint_staff,
    authenticate_api_key,
    create_api_key,
    end_staff,
    enrol_student,
    register_institution,
    revoke_api_key,
    set_institution_state,
)
from creditbank.institutions.models import ApiKey, Enrolment, Staff
from creditbank.institutions.register import institution_by_code, public_register
from creditbank.institutions.rights import require_scope, require_staff, staff_roles
from creditbank.people.models import Person
from tests.cast import AT, Cast, gather_cast, person, person_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return gather_cast()


def clerk_person(cast: Cast) -> Person:
    return person_of(cast.clerk)


def register(
    maker: Actor, *, code: str = "NEWX", name: str = "新校", kind: str = "school", region: str = "310104"
) -> str:
    made = register_institution(
        actor=maker, at=AT, code=code, name=name, kind=kind, region_code=region, region_name="上海市徐汇区"
    )
    return made.name_pinyin


def test_only_an_administrator_registers_an_institution(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        register(cast.clerk)
    assert register(cast.admin) == "xin xiao"
    with pytest.raises(AlreadyDone):
        register(cast.admin)


@pytest.mark.parametrize(("field", "value"), [("code", "new"), ("region", "31"), ("kind", "bank"), ("name", " ")])
def test_a_faulty_registration_is_refused(cast: Cast, field: str, value: str) -> None:
    with pytest.raises(InvalidInput):
        register(cast.admin, **{field: value})


def test_staff_act_at_their_own_institution_only(cast: Cast) -> None:
    assert require_staff(cast.clerk, cast.school, "clerk") == cast.clerk.person_id
    for wrong in (cast.other_clerk, cast.outsider, cast.reviewer, replace(cast.clerk, person_id=None)):
        with pytest.raises(NotAllowed):
            require_staff(wrong, cast.school)
    with pytest.raises(NotAllowed):
        require_staff(cast.clerk, cast.school, "approver")


def test_an_ended_role_gives_no_right_and_may_be_given_again(cast: Cast) -> None:
    post = Staff.objects.get(institution=cast.school, person=clerk_person(cast))
    end_staff(actor=cast.approver, at=AT, staff=post)
    assert staff_roles(clerk_person(cast).pk) == []
    with pytest.raises(NotAllowed):
        require_staff(cast.clerk, cast.school)
    with pytest.raises(Conflict):
        end_staff(actor=cast.admin, at=AT, staff=post)
    appoint_staff(actor=cast.approver, at=AT, institution=cast.school, person=clerk_person(cast), role="clerk")
    with pytest.raises(Conflict):
        appoint_staff(actor=cast.admin, at=AT, institution=cast.school, person=clerk_person(cast), role="clerk")


def test_the_last_approver_stays_unless_the_office_ends_her(cast: Cast) -> None:
    mine = Staff.objects.get(institution=cast.school, role="approver", until=None)
    second = person("审批乙")
    appoint_staff(actor=cast.approver, at=AT, institution=cast.school, person=second, role="approver")
    end_staff(actor=cast.approver, at=AT, staff=Staff.objects.get(institution=cast.school, person=second))
    with pytest.raises(Conflict) as refused:
        end_staff(actor=cast.approver, at=AT, staff=mine)
    assert refused.value.reason == "last-approver"
    mine.refresh_from_db()
    assert mine.until is None
    end_staff(actor=cast.admin, at=AT, staff=mine)
    mine.refresh_from_db()
    assert mine.until == AT


def test_an_approver_with_a_colleague_may_end_herself(cast: Cast) -> None:
    appoint_staff(actor=cast.approver, at=AT, institution=cast.school, person=person("审批乙"), role="approver")
    herself = Staff.objects.filter(institution=cast.school, person=person_of(cast.approver))
    end_staff(actor=cast.approver, at=AT, staff=herself.get())
    assert not herself.filter(until=None).exists()


def test_nobody_appoints_at_another_institution(cast: Cast) -> None:
    for wrong in (cast.other_clerk, cast.clerk, cast.outsider):
        with pytest.raises(NotAllowed):
            appoint_staff(actor=wrong, at=AT, institution=cast.school, person=person("新人"), role="clerk")


def test_a_key_is_shown_once_and_kept_as_a_digest(cast: Cast) -> None:
    new = create_api_key(
        actor=cast.approver,
        at=AT,
        institution=cast.school,
        label="教务系统",
        scopes=["returns:write"],
        acts_for=clerk_person(cast),
    )
    assert new.secret not in repr(new)
    assert new.secret.encode() not in bytes(ApiKey.objects.get().key_hash)
    system = authenticate_api_key(new.secret, at=AT)
    assert (system.role, system.institution_id, system.person_id) == ("api", cast.school.pk, cast.clerk.person_id)
    require_scope(system, "returns:write")
    with pytest.raises(NotAllowed):
        require_scope(system, "accounts:read")
    assert require_staff(system, cast.school, "clerk") == cast.clerk.person_id
    with pytest.raises(NotAllowed):
        require_staff(system, cast.other_school)
    assert "secret" not in str(list(AuditRecord.objects.values()))


def test_a_key_never_approves_even_for_a_person_who_may(cast: Cast) -> None:
    appoint_staff(actor=cast.admin, at=AT, institution=cast.school, person=clerk_person(cast), role="approver")
    new = create_api_key(
        actor=cast.approver,
        at=AT,
        institution=cast.school,
        label="教务系统",
        scopes=["returns:write"],
        acts_for=clerk_person(cast),
    )
    system = authenticate_api_key(new.secret, at=AT)
    with pytest.raises(NotAllowed):
        require_staff(system, cast.school, "approver")


@pytest.mark.parametrize("why", ["unknown", "wrong", "revoked", "expired", "suspended", "left"])
def test_a_key_that_is_no_good_gets_the_same_answer(cast: Cast, why: str) -> None:
    new = create_api_key(
        actor=cast.approver,
        at=AT,
        institution=cast.school,
        label="教务系统",
        scopes=["returns:read"],
        acts_for=clerk_person(cast),
        expires_at=AT + timedelta(days=1),
    )
    secret, at = new.secret, AT
    if why == "unknown":
        secret = "NOSUCHKEY2." + "x" * 43
    elif why == "wrong":
        secret = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    elif why == "revoked":
        revoke_api_key(actor=cast.clerk, at=AT, key=new.key)
    elif why == "expired":
        at = AT + timedelta(days=1)
    elif why == "suspended":
        set_institution_state(actor=cast.admin, at=AT, institution=cast.school, state="suspended")
    else:
        end_staff(actor=cast.admin, at=AT, staff=Staff.objects.get(person=clerk_person(cast)))
    with pytest.raises(NotAllowed) as refused:
        authenticate_api_key(secret, at=at)
    assert refused.value.reason == "key-invalid"


def test_a_key_needs_a_known_scope_and_a_clerk_of_the_institution(cast: Cast) -> None:
    def make(maker: Actor, scopes: list[str], acts_for: Person) -> None:
        create_api_key(actor=maker, at=AT, institution=cast.school, label="x", scopes=scopes, acts_for=acts_for)

    with pytest.raises(InvalidInput):
        make(cast.approver, ["everything"], clerk_person(cast))
    with pytest.raises(InvalidInput):
        make(cast.approver, ["returns:read"], person("外人"))
    with pytest.raises(NotAllowed):
        make(cast.clerk, ["returns:read"], clerk_person(cast))


def test_enrolling_twice_keeps_one_row(cast: Cast) -> None:
    student = cast.student.account.student
    enrol_student(actor=cast.clerk, at=AT, institution=cast.school, student=student, group_name="七（1）班")
    enrol_student(actor=cast.clerk, at=AT, institution=cast.school, student=student, group_name="七（2）班")
    assert Enrolment.objects.get().group_name == "七（2）班"
    with pytest.raises(NotAllowed):
        enrol_student(actor=cast.other_clerk, at=AT, institution=cast.school, student=student)


def test_the_public_register_lists_members_in_good_standing(cast: Cast) -> None:
    assert [each.code for each in public_register()] == ["HEBX", "SJSX"]
    assert [each.code for each in public_register(text="石景山")] == ["SJSX"]
    assert list(public_register(kind="camp")) == []
    set_institution_state(actor=cast.admin, at=AT, institution=cast.school, state="withdrawn")
    assert [each.code for each in public_register()] == ["HEBX"]
    assert institution_by_code("sjsx") == cast.school
    with pytest.raises(NotFound):
        institution_by_code("NONE")
