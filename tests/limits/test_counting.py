"""Counts and claims hold for all processes together."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from creditbank.limits.counting import claim, count_up, sweep_counts
from creditbank.limits.models import SharedCount

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SOON = AT + timedelta(minutes=1)
CHILD = """
import sys
from datetime import UTC, datetime, timedelta
import django
django.setup()
from creditbank.limits.counting import claim, count_up
at = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
counts = [count_up("tries", at=at, until=at + timedelta(minutes=1)) for _ in range(60)]
won = [name for name in range(60) if claim(f"claim:{name}", at=at, until=at + timedelta(minutes=1))]
print(counts); print(won)
"""


@pytest.mark.django_db
def test_a_count_grows_until_it_has_run_out_and_begins_anew() -> None:
    assert [count_up("a", at=AT, until=SOON) for _ in range(3)] == [1, 2, 3]
    assert count_up("b", at=AT, until=SOON) == 1
    assert count_up("a", at=SOON - timedelta(seconds=1), until=SOON + timedelta(hours=1)) == 4
    assert count_up("a", at=SOON, until=SOON + timedelta(minutes=1)) == 1


@pytest.mark.django_db
def test_a_claim_is_given_once_until_it_has_run_out() -> None:
    assert claim("a", at=AT, until=SOON)
    assert not claim("a", at=AT, until=SOON)
    assert not claim("a", at=SOON - timedelta(microseconds=1), until=SOON)
    assert claim("a", at=SOON, until=SOON + timedelta(minutes=1))


@pytest.mark.django_db
def test_what_has_run_out_is_swept_and_nothing_else() -> None:
    claim("old", at=AT, until=SOON)
    claim("new", at=AT, until=SOON + timedelta(seconds=1))
    assert sweep_counts(SOON) == 1
    assert not claim("new", at=SOON, until=SOON + timedelta(minutes=1))


@pytest.mark.django_db
def test_the_table_names_neither_address_nor_person() -> None:
    count_up("activation:192.0.2.1", at=AT, until=SOON)
    assert "192.0.2.1" not in str(list(SharedCount.objects.values()))


def test_two_processes_count_together_and_never_claim_the_same(child_environment: Mapping[str, str]) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD],
            env=dict(child_environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    answers = [child.communicate(timeout=120)[0].splitlines() for child in children]
    counts = [number for counted, _ in answers for number in _numbers(counted)]
    won = [number for _, claimed in answers for number in _numbers(claimed)]
    assert sorted(counts) == list(range(1, 121))
    assert sorted(won) == list(range(60))


def _numbers(line: str) -> list[int]:
    return [int(each) for each in line.strip("[]").split(",") if each]
