"""Half-year terms, against which caps are counted: 1 February to 31 July, and 1 August to 31 January."""

from datetime import date


def term_of(on: date) -> int:
    """The term of a day as one ordered number: twice the year it begins in, plus 1 for the one that begins in August.

    >>> term_of(date(2026, 1, 31)) == term_of(date(2025, 8, 1))
    True
    """
    if on.month == 1:
        return (on.year - 1) * 2 + 1
    return on.year * 2 + (1 if on.month >= 8 else 0)


def term_begins(term: int) -> date:
    """The first day of a term."""
    return date(term // 2, 8 if term % 2 else 2, 1)
