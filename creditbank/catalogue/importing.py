"""Write a whole Excel table of prices into a draft: all of its rows or, where one is wrong, none."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from creditbank.audit.actor import Actor
from creditbank.catalogue.actions import audit_prices, writable_draft, write_allotment, write_price
from creditbank.catalogue.items import law_on
from creditbank.catalogue.models import PriceSchedule
from creditbank.catalogue.price_sheet import AllotmentTerms, Problem, SheetRow, problem_of, read_price_sheet
from creditbank.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Imported:
    """How many prices were written, and every row that is wrong; with a problem nothing was written."""

    written: int
    problems: tuple[Problem, ...]


class _Wrong(Exception):
    """Undoes what the good rows wrote."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems


def import_prices(*, actor: Actor, schedule: PriceSchedule, data: bytes, at: datetime) -> Imported:
    """Write the prices of an .xlsx into the draft; a price of the same product and class is replaced.

    Raises ``InvalidInput`` for what is no such table, ``Conflict`` for a schedule that is published.
    """
    try:
        return _import(actor, schedule, data, at)
    except _Wrong as wrong:
        return Imported(0, tuple(sorted(wrong.problems, key=lambda problem: problem.row)))


@transaction.atomic
def _import(actor: Actor, schedule: PriceSchedule, data: bytes, at: datetime) -> Imported:
    draft = writable_draft(actor, schedule, at)
    reading = read_price_sheet(data)
    problems = [*reading.problems, *_repeated(reading.rows), *_write(draft, reading.rows)]
    if problems:
        raise _Wrong(problems)
    if not reading.rows:
        raise InvalidInput("文件里没有价目。", field="file")
    audit_prices(actor, at, "write-prices", draft, ["allotments", "prices"])
    return Imported(len(reading.rows), ())


def _repeated(rows: tuple[SheetRow, ...]) -> list[Problem]:
    first: dict[tuple[str, str], int] = {}
    found = []
    for row in rows:
        before = first.setdefault((row.terms.product, row.terms.price_class), row.number)
        if before != row.number:
            found.append(Problem(row.number, "product", "和第 %(row)s 行是同一个产品、同一个价位。", {"row": before}))
    return found


def _write(draft: PriceSchedule, rows: tuple[SheetRow, ...]) -> list[Problem]:
    law, problems = law_on(draft.starts_on), []
    known: dict[str, AllotmentTerms] = {}
    for row in rows:
        try:
            for given in row.allotments:
                _write_allotment(draft, known, given)
            write_price(draft, row.terms, law)
        except InvalidInput as error:
            problems.append(problem_of(row.number, error))
    return problems


def _write_allotment(draft: PriceSchedule, known: dict[str, AllotmentTerms], given: AllotmentTerms) -> None:
    before = known.setdefault(given.code, given)
    if before != given:
        field = "seats_total" if given.unit == "seats" else "budget_total"
        raise InvalidInput("同一个名额或经费代码，总数前后不一：%(allotment)s。", field=field, allotment=given.code)
    if before is given:
        kept = draft.allotments.filter(code=given.code).first()
        title = kept.title if kept else given.code
        write_allotment(draft, code=given.code, title=title, unit=given.unit, total=given.total)
