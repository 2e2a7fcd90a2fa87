"""The cache of the login library stands in the shared table: another process finds what one has put there."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from creditbank import clock
from creditbank.limits.models import SharedCount

CHILD = """
import django
django.setup()
from django.core.cache import cache
print(cache.get("tries"), cache.add("lock", True, timeout=60))
"""


@pytest.mark.django_db
def test_values_are_kept_replaced_and_taken_away() -> None:
    assert cache.get("tries", "none") == "none"
    cache.set("tries", [1.5, 2.5], 60)
    cache.set("tries", [3.5], 60)
    assert cache.get("tries") == [3.5]
    assert cache.delete("tries")
    assert not cache.delete("tries")
    assert cache.get("tries") is None


@pytest.mark.django_db
def test_add_sets_only_what_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache.add("lock", True, timeout=30)
    assert not cache.add("lock", False, timeout=30)
    assert cache.get("lock") is True
    later = datetime.now(UTC) + timedelta(seconds=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert cache.get("lock") is None
    assert cache.add("lock", "mine", timeout=None)
    assert cache.get("lock") == "mine"


@pytest.mark.django_db
def test_clear_empties_the_table() -> None:
    cache.set("tries", 1)
    cache.clear()
    assert not SharedCount.objects.exists()


def test_another_process_finds_it(child_environment: Mapping[str, str]) -> None:
    cache.set("tries", [7], 600)
    assert cache.add("lock", True, timeout=600)
    answer = subprocess.run(
        [sys.executable, "-c", CHILD], env=dict(child_environment), capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["[7]", "False"]
