"""``creditbank office``: the first administrator is made by the system, nobody else is."""

import pytest

from creditbank.cli import main
from creditbank.institutions.models import Institution, Staff
from creditbank.people.models import OfficeRole, Person, User

pytestmark = pytest.mark.django_db
PASSWORD = "langmima-2026-x"


def add(login: str, role: str, *more: str) -> int:
    """One call of ``office add``."""
    return main(["office", "add", login, "管理甲", "--role", role, "--password", PASSWORD, *more])


def test_the_first_administrator_needs_nobody_and_the_next_needs_her() -> None:
    assert add("first", "admin") == 0
    assert add("second", "reviewer") == 1
    assert add("second", "reviewer", "--as", "first") == 0
    assert sorted(OfficeRole.objects.values_list("role", flat=True)) == ["admin", "reviewer"]
    assert (User.objects.count(), Person.objects.count()) == (2, 2)


def test_an_institution_gets_its_staff() -> None:
    add("first", "admin")
    made = main(
        [
            "office",
            "institution",
            "ABCD",
            "示例学校",
            "--kind",
            "school",
            "--region",
            "110105",
            "北京市朝阳区",
            "--as",
            "first",
        ]
    )
    assert made == 0
    given = ["office", "staff", "ABCD", "clerk-a", "经办甲", "--role", "clerk", "--password", PASSWORD]
    assert main(given) == 1
    assert main([*given, "--as", "first"]) == 0
    assert Staff.objects.get().institution == Institution.objects.get(code="ABCD")
