"""``creditbank ledger verify`` says that the books are sound, or where they are not, and ends accordingly."""

import json

import pytest

from creditbank.cli import main
from tests.ledger.casts import earn, new_holder, set_aside

pytestmark = pytest.mark.django_db


def test_sound_books_end_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    earn(new_holder(), 12_000)
    assert main(["ledger", "verify", "--quiet"]) == 0
    assert "lines 1 ·" in capsys.readouterr().out


def test_a_hold_that_no_redemption_knows_ends_with_1_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    holder = new_holder()
    earn(holder, 12_000)
    set_aside(holder, 700)
    assert main(["ledger", "verify", "--quiet"]) == 1
    assert f"{holder} #2: redemption-missing" in capsys.readouterr().err


def test_the_result_is_to_be_had_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    earn(new_holder(), 12_000)
    assert main(["ledger", "verify", "--json", "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out)["lines"] == 1
