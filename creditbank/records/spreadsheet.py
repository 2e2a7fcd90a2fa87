"""The statement of a passbook as a spreadsheet: text cells only, so that nothing in it can act as a formula."""

from io import BytesIO
from itertools import islice
from typing import Final

import xlsxwriter

from creditbank.records.statement import Statement, statement_headings, statement_rows

MOST_ROWS: Final = 100_000
_COLUMN_WIDTH: Final = 18


def statement_xlsx(statement: Statement) -> bytes:
    """The statement as .xlsx in the language of the moment; at most :data:`MOST_ROWS` rows."""
    target = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet()
    headings = statement_headings()
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet.set_column(0, len(headings) - 1, _COLUMN_WIDTH)
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    for number, row in enumerate(islice(statement_rows(statement), MOST_ROWS), start=1):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    book.close()
    return target.getvalue()
