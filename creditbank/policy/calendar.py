"""Anniversaries: the one rule that ages and periods of validity share (I-4, I-5)."""

from datetime import date, timedelta


def anniversary(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 1 March in a common year (I-5).

    Beyond the last year that a date can have, the answer is the last date there is.
    """
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def next_day(day: date) -> date:
    """The day after, or the last date there is."""
    return day if day == date.max else day + timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later; the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if year > date.max.year:
        return date.max
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1) if (year, month) != (9999, 11) else None
    last = 31 if first_of_next is None else (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
