"""``kill -9`` of a real process in the middle of an import: nothing is lost, nothing comes twice."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta

import pytest

from creditbank.ledger.batches import batch_progress, find_batch
from creditbank.ledger.books import all_lines, open_books
from creditbank.ledger.verify import verify
from tests.ledger.casts import AT, earn
from tests.ledger.test_bulk import entry, post_all
from tests.simulation.importer import CHUNK_LINES, holder_of

pytestmark = pytest.mark.django_db(transaction=True)
HOLDERS, LINES = 60, 10


@pytest.mark.parametrize("stop_at", [0, 5])
def test_an_import_killed_between_its_lines_and_its_commit_goes_on(
    stop_at: int, child_environment: Mapping[str, str]
) -> None:
    holders = [holder_of(i) for i in range(HOLDERS)]
    open_books(holders, at=AT)
    command = [sys.executable, "-m", "tests.simulation.importer", str(HOLDERS), str(LINES), str(stop_at)]
    with subprocess.Popen(
        command, env=dict(child_environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "waiting\n"
        child.kill()
        assert child.wait() == -9

    batch = find_batch("return:killed")
    assert batch is not None
    assert batch_progress(batch.batch_id) == (stop_at, stop_at * CHUNK_LINES, stop_at * CHUNK_LINES * 10)
    assert sum(len(all_lines(holder)) for holder in holders) == stop_at * CHUNK_LINES
    assert verify(at=AT + timedelta(days=1)).problem is None

    # Life goes on in between.
    earn(holders[-1], 10, "between")
    entries = [entry(holder, 10, f"A-{k}") for holder in holders for k in range(LINES)]
    report = post_all(entries, "return:killed", chunk_lines=CHUNK_LINES)
    assert (report.lines, report.unposted, report.resumed_chunks) == (HOLDERS * LINES, [], stop_at)
    assert [len(all_lines(holder)) for holder in holders] == [LINES] * (HOLDERS - 1) + [LINES + 1]
    assert verify(at=AT + timedelta(days=1)).problem is None
