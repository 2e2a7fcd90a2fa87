"""The cast of the tests of people."""

import pytest

from tests.people.cast import Cast, gather


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody who works at the office and at the counter."""
    return gather()
