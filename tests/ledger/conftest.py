"""What the tests of the books share."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection

from creditbank.ledger.store import stored_id


@pytest.fixture
def salt_of() -> Callable[[UUID], bytes]:
    """The secret of a book."""

    def read(holder_id: UUID) -> bytes:
        with connection.cursor() as cursor:
            cursor.execute("SELECT salt FROM book WHERE holder_id = %s", [stored_id(holder_id)])
            return bytes(cursor.fetchone()[0])

    return read
