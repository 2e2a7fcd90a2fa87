"""The work that the tests of the office's pages share."""

import pytest

from tests.everybody import Everybody
from tests.portals.office.cases import Waiting, make_waiting


@pytest.fixture
def waiting(everybody: Everybody) -> Waiting:
    """One case of each kind, and everybody with a login."""
    return make_waiting(everybody)
