"""Logins come from a code on the slip, from the office, or from a guardian herself; never from a sign-up."""

from datetime import timedelta

import pytest

from creditbank.audit.actor import PUBLIC, SYSTEM, Actor
from creditbank.errors import AlreadyDone, Busy, InvalidInput, NotAllowed, NotFound
from creditbank.people.account_creation import Opened
from creditbank.people.actors import acting_as
from creditbank.people.cards import active_card, replace_card
from creditbank.people.guardians import guardians_of
from creditbank.people.logins import (
    TRIES_PER_CODE,
    TRIES_PER_SOURCE,
    activate_login,
    code_in_use,
    create_staff_login,
    join_with_code,
)
from creditbank.people.models import ActivationCode, Consent, User
from tests.people.cast import (
    ADULT_BIRTH,
    AT,
    PASSWORD,
    Cast,
    application,
    guardian,
    opened,
    paper,
    person_of,
    someone,
)
from tests.people.renewing import renewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def slip(cast: Cast) -> Opened:
    form = application(paper_number=paper(cast), institution_code="SJSX")
    return opened(cast, form, cast.clerk)


def activate(slip: Opened, code: str, username: str = "zhixia", *, password: str = PASSWORD, days: int = 0) -> User:
    return activate_login(
        at=AT + timedelta(days=days),
        card_number=slip.card_number,
        code=code,
        username=username,
        password=password,
    )


def guardian_code(slip: Opened) -> str:
    assert slip.guardian_code is not None
    return slip.guardian_code.code


def test_the_codes_of_the_slip_make_the_logins_of_student_and_guardian(slip: Opened) -> None:
    user = activate(slip, slip.student_code.code)
    assert user.person == slip.account.student.person
    assert user.check_password(PASSWORD)
    (guardianship,) = guardians_of(slip.account.student)
    assert activate(slip, guardian_code(slip), "linyuan").person_id == guardianship.guardian_id


def test_a_code_may_be_typed_in_small_letters_with_dashes(slip: Opened) -> None:
    code = slip.student_code.code.lower()
    assert activate(slip, f"{code[:4]}-{code[4:8]} {code[8:]}")


def test_card_and_code_may_be_typed_in_the_groups_that_the_slip_prints(slip: Opened) -> None:
    number, code = slip.card_number, slip.student_code.code
    card = f"{number[:4]} {number[4:8]}－{number[8:]} "
    made = activate_login(at=AT, card_number=card, code=f"{code[:4]} {code[4:]}", username="zhixia", password=PASSWORD)
    assert made.person == slip.account.student.person


def test_wrong_used_and_expired_codes_get_one_answer(slip: Opened) -> None:
    activate(slip, slip.student_code.code)
    attempts = [(slip.student_code.code, 0), ("23456789ABCD", 0), ("", 0), (guardian_code(slip), 91)]
    answers = set()
    for code, days in attempts:
        with pytest.raises(InvalidInput) as caught:
            activate(slip, code, "other", days=days)
        answers.add((caught.value.reason, str(caught.value)))
    with pytest.raises(InvalidInput) as caught:
        activate_login(at=AT, card_number="1" * 13, code=guardian_code(slip), username="other", password=PASSWORD)
    answers.add((caught.value.reason, str(caught.value)))
    assert len(answers) == 1


def test_the_code_is_not_stored_and_does_not_show_itself(slip: Opened) -> None:
    code = slip.student_code.code
    assert code not in str(list(ActivationCode.objects.values_list()))
    assert code not in repr(slip)


@pytest.mark.parametrize("password", ["short7!", "1234567890123", "password1234", "zhixia1234"])
def test_a_weak_password_is_refused_and_the_code_stays_good(slip: Opened, password: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        activate(slip, slip.student_code.code, password=password)
    assert caught.value.reason == "password"
    assert activate(slip, slip.student_code.code)


@pytest.mark.parametrize("username", ["", "ab", "1abc", "林知夏", "a" * 41, "a b c", "a13800000000", "x/../y"])
def test_a_user_name_is_plain_and_no_number_of_a_document(slip: Opened, username: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        activate(slip, slip.student_code.code, username)
    assert caught.value.reason == "username"


def test_a_user_name_is_taken_once_whatever_its_letters(slip: Opened) -> None:
    activate(slip, slip.student_code.code, "ZhiXia")
    with pytest.raises(AlreadyDone):
        activate(slip, guardian_code(slip), "zhixia")
    assert User.objects.get_by_natural_key("ZHIXIA").username == "zhixia"


def test_a_code_is_dead_after_so_many_wrong_ones_and_the_answer_stays_the_same(slip: Opened) -> None:
    answers = set()
    for _ in range(TRIES_PER_CODE):
        with pytest.raises(InvalidInput) as caught:
            activate(slip, "23456789ABCD")
        answers.add((caught.value.reason, str(caught.value)))
    for right in (slip.student_code.code, guardian_code(slip)):
        with pytest.raises(InvalidInput) as caught:
            activate(slip, right)
        answers.add((caught.value.reason, str(caught.value)))
        assert code_in_use(slip.account, right, AT) is None
    assert len(answers) == 1


def test_one_wrong_code_less_and_the_code_still_works(slip: Opened) -> None:
    for _ in range(TRIES_PER_CODE - 1):
        with pytest.raises(InvalidInput):
            activate(slip, "23456789ABCD")
    assert activate(slip, slip.student_code.code)


def test_a_right_code_costs_no_try_whatever_is_wrong_with_the_password(slip: Opened) -> None:
    for _ in range(TRIES_PER_CODE + 2):
        with pytest.raises(InvalidInput, match="密码"):
            activate(slip, slip.student_code.code, password="short7!")
    assert activate(slip, slip.student_code.code)


def test_one_source_tries_only_so_many_codes_known_cards_or_not(slip: Opened) -> None:
    def attempt(card: str, code: str, source: str) -> User:
        return activate_login(at=AT, card_number=card, code=code, username="zhixia", password=PASSWORD, source=source)

    for _ in range(TRIES_PER_SOURCE):
        with pytest.raises(InvalidInput):
            attempt("1" * 13, "23456789ABCD", "192.0.2.1")
    for card in ("1" * 13, slip.card_number):
        with pytest.raises(Busy) as caught:
            attempt(card, slip.student_code.code, "192.0.2.1")
        assert caught.value.reason == "too-many-tries"
    assert attempt(slip.card_number, slip.student_code.code, "192.0.2.2")


def test_who_forgot_the_password_sets_a_new_one_with_a_new_code(cast: Cast, slip: Opened) -> None:
    first = activate(slip, slip.student_code.code)
    activate(slip, guardian_code(slip), "linyuan")
    User.objects.filter(pk=first.pk).update(is_active=False)
    student = slip.account.student.person
    fresh = renewed(cast, slip.account, student)
    with pytest.raises(AlreadyDone):
        activate(slip, fresh.code, "linyuan")
    with pytest.raises(InvalidInput):
        activate(slip, fresh.code, password="short7!")
    again = activate(slip, fresh.code, password=PASSWORD + "-new")
    assert again.pk == first.pk
    assert again.is_active
    assert again.check_password(PASSWORD + "-new")
    assert not User.objects.get(username="linyuan").check_password(PASSWORD + "-new")


def test_a_guardian_with_a_login_joins_another_child_as_the_same_person(cast: Cast, slip: Opened) -> None:
    father = guardian()
    joined = join_with_code(actor=father, at=AT, card_number=slip.card_number, code=guardian_code(slip))
    assert joined.guardian_id == father.person_id
    assert [each.guardian_id for each in guardians_of(slip.account.student)] == [father.person_id]
    assert set(Consent.objects.values_list("given_by_id", flat=True)) == {father.person_id}
    with pytest.raises(InvalidInput):
        join_with_code(actor=father, at=AT, card_number=slip.card_number, code=guardian_code(slip))


def test_a_code_joins_nobody_of_another_name_and_never_the_students_own(cast: Cast, slip: Opened) -> None:
    stranger = guardian("王某", "wangmou")
    namesake = guardian("林知夏", "another")
    for actor, code in ((stranger, guardian_code(slip)), (namesake, slip.student_code.code)):
        with pytest.raises(NotAllowed):
            join_with_code(actor=actor, at=AT, card_number=slip.card_number, code=code)
    assert len(guardians_of(slip.account.student)) == 1


def test_a_registered_guardian_has_no_rights_to_anybody(cast: Cast, slip: Opened) -> None:
    namesake = guardian("林远", "linyuan")
    with pytest.raises(NotFound):
        replace_card(actor=namesake, at=AT, account=slip.account)


def test_staff_get_their_logins_from_an_administrator(cast: Cast) -> None:
    colleague = someone("新同事")
    create_staff_login(actor=SYSTEM, at=AT, person=person_of(cast.admin), username="admin.a", password=PASSWORD)
    for actor in (SYSTEM, cast.reviewer, PUBLIC):
        with pytest.raises(NotAllowed):
            create_staff_login(actor=actor, at=AT, person=colleague, username="new", password=PASSWORD)
    made = create_staff_login(actor=cast.admin, at=AT, person=colleague, username="new", password=PASSWORD)
    assert made.person == colleague


def test_a_new_card_ends_the_old_one(cast: Cast) -> None:
    slip = opened(cast, application(ADULT_BIRTH), PUBLIC)
    herself = acting_as(slip.account.student.person, "student")
    card = replace_card(actor=herself, at=AT, account=slip.account)
    assert card.card_number != slip.card_number
    assert active_card(slip.account) == card
    for stranger in (PUBLIC, cast.outsider, cast.clerk, Actor(None, "x", "student")):
        with pytest.raises(NotFound):
            replace_card(actor=stranger, at=AT, account=slip.account)
