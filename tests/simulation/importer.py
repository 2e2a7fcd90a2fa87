"""A process that imports a return and tells its parent when it is in the middle of a chunk, to be killed there.

Arguments: the number of holders, lines for each, and the chunk at which to wait. It reads nothing else.
"""

import os
import sys
from collections.abc import Sequence
from uuid import UUID

import django

CHUNK_LINES = 50


def holder_of(number: int) -> UUID:
    """The holders of the import, the same in every process."""
    return UUID(int=0x018F << 112 | number + 1)


def main(arguments: Sequence[str]) -> None:
    """Post; in the chunk that was named, with its lines written but not committed, say so and wait for the end."""
    from creditbank.ledger.bulk import ChunkPosted  # noqa: PLC0415 # Django is set up first
    from tests.ledger.test_bulk import entry, post_all  # noqa: PLC0415

    holders, lines, stop_at = map(int, arguments)

    def wait(chunk: ChunkPosted) -> None:
        if chunk.chunk_no == stop_at:
            sys.stdout.write("waiting\n")
            sys.stdout.flush()
            sys.stdin.read()

    entries = [entry(holder_of(i), 10, f"A-{k}") for i in range(holders) for k in range(lines)]
    post_all(entries, "return:killed", chunk_lines=CHUNK_LINES, after_chunk=wait)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.child_settings")
    django.setup()
    main(sys.argv[1:])
