"""The measures of one engine, in a process: ``python -m bench.books_run SOCKET_DIRECTORY|- QUICK``; JSON on stdout."""

import json
import sys

import django


def main() -> None:
    """Fill, measure, print."""
    django.setup()
    from django.db import connection  # noqa: PLC0415 # Django is set up first

    from bench import books_bulk, books_reading, books_single  # noqa: PLC0415
    from creditbank.ledger.schema import create_tables  # noqa: PLC0415

    socket_directory, quick = sys.argv[1], sys.argv[2] == "1"
    create_tables(connection)
    small, large = (200, 1_000) if quick else (2_000, 20_000)
    books_bulk.fill(0, small)
    early = books_reading.latencies()
    proof = books_reading.verify_measures()
    books_bulk.fill(small, large)
    measures = [*books_reading.measures(early, books_reading.latencies(), small, large)]
    measures += books_bulk.measures(large, rounds=1 if quick else 3)
    measures += books_single.measures(large, None if socket_directory == "-" else socket_directory, quick)
    measures += proof
    for each in measures:
        each["engine"] = connection.vendor
    json.dump(measures, sys.stdout)


if __name__ == "__main__":
    main()
