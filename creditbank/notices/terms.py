"""How long a notice is shown: so many working days, or days, after the day on which it was published."""

from dataclasses import dataclass
from datetime import date, timedelta

from creditbank.errors import InvalidInput
from creditbank.notices.models import TermUnit
from creditbank.workdays.calendar import Calendar, Deadline

LONGEST = 365


@dataclass(frozen=True, slots=True)
class Term:
    """A count and its unit. The day of publication does not count."""

    count: int
    unit: TermUnit

    def __post_init__(self) -> None:
        """Raises ``InvalidInput`` for a term of no day, or of more than a year."""
        if not 1 <= self.count <= LONGEST:
            raise InvalidInput("公示期须在 1 到 %(longest)s 天之间。", field="term", longest=LONGEST)

    def last_day(self, starts_on: date, calendar: Calendar) -> Deadline:
        """The last day on which the notice is shown."""
        if self.unit is TermUnit.DAYS:
            return Deadline(starts_on + timedelta(days=self.count), provisional=False)
        return calendar.after(starts_on, self.count)
