"""``creditbank keys`` and ``creditbank accounts`` call the same actions as the pages, as a login with its rights."""

import json
import stat
from pathlib import Path

import pytest

from creditbank.audit.actor import PUBLIC, SYSTEM
from creditbank.cli import main
from creditbank.people.actors import acting_as
from creditbank.people.applications import submit_opening
from creditbank.people.identity_documents import resident_id
from creditbank.people.logins import create_staff_login
from creditbank.people.models import Account, AccountOpening
from creditbank.vault.signing import public_key_id, read_public_key, sign
from tests.people.cast import ADULT_BIRTH, AT, PASSWORD, Cast, application, gather, opened, person_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    cast = gather()
    for actor, username in ((cast.reviewer, "reviewer.a"), (cast.second_reviewer, "reviewer.b"), (cast.clerk, "clerk")):
        create_staff_login(actor=SYSTEM, at=AT, person=person_of(actor), username=username, password=PASSWORD)
    return cast


@pytest.fixture
def opening(cast: Cast) -> AccountOpening:
    return submit_opening(actor=PUBLIC, at=AT, application=application(ADULT_BIRTH))


def test_keys_are_written_once_for_their_owner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "keys.json"
    assert main(["keys", "init", str(file)]) == 0
    before = file.read_bytes()
    assert set(json.loads(before)) == {"VAULT_KEYS", "VAULT_CURRENT_KEY", "BLIND_INDEX_KEY", "RECEIPT_SIGNING_KEY"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert main(["keys", "init", str(file)]) == 1
    assert file.read_bytes() == before
    shown = "".join(capsys.readouterr())
    assert json.loads(before)["BLIND_INDEX_KEY"] not in shown


def test_the_public_key_is_the_one_that_signs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "public"]) == 0
    assert public_key_id(read_public_key(capsys.readouterr().out)) == sign(b"x")[0]
    assert main(["keys", "public", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["key_id"] == sign(b"x")[0]


def test_an_application_is_checked_opened_and_shown(
    opening: AccountOpening, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accounts", "openings", "--as", "reviewer.a"]) == 0
    listed = capsys.readouterr().out
    assert "林**" in listed
    assert "林知夏" not in listed
    assert main(["accounts", "check", opening.number, "--as", "reviewer.a"]) == 0
    assert main(["accounts", "open", opening.number, "--as", "reviewer.a"]) == 1
    capsys.readouterr()
    assert main(["accounts", "open", opening.number, "--as", "reviewer.b"]) == 0
    slip = json.loads(capsys.readouterr().out)
    assert slip["account"] == str(Account.objects.get().holder_id)
    assert main(["accounts", "list", "--as", "reviewer.b"]) == 0
    shown = capsys.readouterr().out
    assert "林知夏" not in shown
    assert resident_id("110101", ADULT_BIRTH, 998) not in shown


def test_an_application_is_refused_with_a_reason(opening: AccountOpening) -> None:
    assert main(["accounts", "refuse", opening.number, "--as", "clerk", "--reason", "证件与姓名不符"]) == 1
    assert main(["accounts", "refuse", opening.number, "--as", "reviewer.a", "--reason", "证件与姓名不符"]) == 0
    opening.refresh_from_db()
    assert opening.state == "refused"
    assert main(["accounts", "refuse", "KH-2026-999999", "--as", "reviewer.a", "--reason", "证件与姓名不符"]) == 1


def test_only_the_office_lists(cast: Cast) -> None:
    for command in ("list", "openings"):
        assert main(["accounts", command, "--as", "clerk"]) == 1
        assert main(["accounts", command, "--as", "nobody"]) == 1


def test_an_account_is_shown_to_its_own_student_and_not_to_staff_without_a_reason(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    slip = opened(cast, application(ADULT_BIRTH), PUBLIC)
    student = acting_as(slip.account.student.person, "student")
    create_staff_login(actor=SYSTEM, at=AT, person=person_of(student), username="zhixia", password=PASSWORD)
    assert main(["accounts", "show", slip.card_number, "--as", "zhixia"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["name"], shown["available"]) == ("林知夏", "0.00")
    assert main(["accounts", "show", slip.card_number, "--as", "reviewer.a"]) == 1
    assert main(["accounts", "show", slip.card_number, "--as", "clerk"]) == 1
    assert main(["accounts", "show", "1234567890123", "--as", "zhixia"]) == 1
