"""An account is frozen, opened again and closed by a decider; a closed one can forget who it belonged to."""

from collections.abc import Callable

import pytest

from creditbank.audit.actor import PUBLIC, Actor
from creditbank.audit.models import AuditRecord
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.ledger.books import book_state
from creditbank.ledger.lines import BookState
from creditbank.people.account_creation import Opened
from creditbank.people.account_states import close_account, erase_identity, freeze_account, unfreeze_account
from creditbank.people.actors import acting_as
from creditbank.people.identity_documents import resident_id
from creditbank.people.logins import activate_login
from creditbank.people.matching import Outcome, match_student
from creditbank.people.models import Account, AccountOpening, IdentityDocument, Person, Student, User
from creditbank.people.rights import appoint_office
from tests.people.cast import ADULT_BIRTH, AT, PASSWORD, TODAY, Cast, application, guardian, opened, person_of

pytestmark = pytest.mark.django_db

NUMBER = resident_id("110101", ADULT_BIRTH, 998)
REASON = "本人书面申请"


@pytest.fixture
def slip(cast: Cast) -> Opened:
    return opened(cast, application(ADULT_BIRTH, phone="13800000000"), PUBLIC)


def state(account: Account) -> tuple[str, BookState | None]:
    account.refresh_from_db()
    return account.state, book_state(account.holder_id)


def test_the_book_goes_with_the_account(cast: Cast, slip: Opened) -> None:
    account = slip.account
    freeze_account(actor=cast.decider, at=AT, account=account, reason=REASON)
    assert state(account) == ("frozen", BookState.FROZEN)
    assert match_student("林知夏", "resident-id", NUMBER, on=TODAY).outcome is Outcome.FROZEN
    unfreeze_account(actor=cast.decider, at=AT, account=account, reason=REASON)
    assert state(account) == ("open", BookState.OPEN)
    close_account(actor=cast.decider, at=AT, account=account, reason=REASON)
    assert state(account) == ("closed", BookState.CLOSED)
    assert (account.closed_at, account.state_reason) == (AT, REASON)
    actions = AuditRecord.objects.filter(subject_kind="account", holder_id=account.holder_id)
    assert {"account.freeze", "account.unfreeze", "account.close"} <= set(actions.values_list("action", flat=True))


@pytest.mark.parametrize("act", [freeze_account, close_account])
def test_only_a_decider_does_it_and_says_why(cast: Cast, slip: Opened, act: Callable[..., Account]) -> None:
    for actor in (cast.reviewer, cast.clerk, cast.outsider, PUBLIC):
        with pytest.raises(NotAllowed):
            act(actor=actor, at=AT, account=slip.account, reason=REASON)
    with pytest.raises(InvalidInput):
        act(actor=cast.decider, at=AT, account=slip.account, reason=" ")
    assert state(slip.account) == ("open", BookState.OPEN)


@pytest.mark.parametrize("act", [freeze_account, unfreeze_account, close_account])
def test_nobody_does_it_to_her_own_account_or_her_childs(cast: Cast, act: Callable[..., Account]) -> None:
    mother = guardian()
    child = opened(cast, application(), mother).account
    own = opened(cast, application(ADULT_BIRTH), PUBLIC).account
    herself = own.student.person
    for someone in (herself, person_of(mother)):
        appoint_office(actor=cast.admin, at=AT, person=someone, role="decider")
    for officer, account in ((acting_as(herself, "decider"), own), (mother, child)):
        with pytest.raises(NotAllowed) as refused:
            act(actor=officer, at=AT, account=account, reason=REASON)
        assert refused.value.reason == "own-case"


def test_a_step_from_the_wrong_state_is_refused(cast: Cast, slip: Opened) -> None:
    with pytest.raises(Conflict):
        unfreeze_account(actor=cast.decider, at=AT, account=slip.account, reason=REASON)
    close_account(actor=cast.decider, at=AT, account=slip.account, reason=REASON)
    for act in (freeze_account, unfreeze_account, close_account):
        with pytest.raises(Conflict):
            act(actor=cast.decider, at=AT, account=slip.account, reason=REASON)


def test_a_closed_account_forgets_its_person_and_frees_the_document(cast: Cast, slip: Opened) -> None:
    user = activate_login(
        at=AT, card_number=slip.card_number, code=slip.student_code.code, username="zhixia", password=PASSWORD
    )
    with pytest.raises(Conflict):
        erase_identity(actor=cast.decider, at=AT, account=slip.account)
    close_account(actor=cast.decider, at=AT, account=slip.account, reason=REASON)
    with pytest.raises(NotAllowed):
        erase_identity(actor=cast.reviewer, at=AT, account=slip.account)
    erase_identity(actor=cast.decider, at=AT, account=slip.account)
    stored = str(
        [
            list(Person.objects.values_list()),
            list(Student.objects.values_list()),
            list(AccountOpening.objects.values_list()),
            list(User.objects.values_list("username", "email")),
        ]
    )
    for trace in ("林知夏", "zhixia", ADULT_BIRTH.isoformat(), "datetime.date(2004, 5, 4)", "zhi xia"):
        assert trace not in stored
    assert not IdentityDocument.objects.exists()
    user.refresh_from_db()
    assert (user.is_active, user.has_usable_password()) == (False, False)
    assert opened(cast, application(ADULT_BIRTH), PUBLIC).account.state == "open"


def test_somebody_with_other_duties_is_not_erased(cast: Cast, slip: Opened) -> None:
    close_account(actor=cast.decider, at=AT, account=slip.account, reason=REASON)
    appoint_office(actor=cast.admin, at=AT, person=slip.account.student.person, role="hotline")
    with pytest.raises(Conflict):
        erase_identity(actor=cast.decider, at=AT, account=slip.account)


def test_a_minors_guardian_stays_a_person(cast: Cast) -> None:
    mother: Actor = guardian()
    account = opened(cast, application(), mother).account
    close_account(actor=cast.decider, at=AT, account=account, reason=REASON)
    erase_identity(actor=cast.decider, at=AT, account=account)
    assert person_of(mother).name == "林远"
    assert not account.student.guardianships.filter(ended_at=None).exists()
