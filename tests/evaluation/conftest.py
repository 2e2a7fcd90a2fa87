"""The cast for tests of returns."""

import pytest

from tests.cast import Cast, gather_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, in the test's database."""
    return gather_cast()
