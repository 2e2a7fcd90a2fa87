"""Return files as a clerk would fill them: rows by column key, as .csv or .xlsx under the template's headings."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Final, Protocol

from xlsxwriter import Workbook

from creditbank.evaluation.columns import COLUMNS

Row = dict[str, str]
DOMAINS: Final = {"moral": "德", "intellectual": "智", "physical": "体", "aesthetic": "美", "labour": "劳"}
STAGES: Final = {"teaching": "教", "practice": "练", "competition": "赛"}


class Reported(Protocol):
    """Whom a row is about: what the clerk copies from the document."""

    @property
    def name(self) -> str:
        """The name on the document."""

    @property
    def document_number(self) -> str:
        """The number on it."""


def filled(pupil: Reported, number: str, earned_on: date, **values: str) -> Row:
    """A row about a student; ``values`` by column key."""
    return {
        "name": pupil.name,
        "document_kind": "居民身份证",
        "document_number": pupil.document_number,
        "achievement_number": number,
        "earned_on": earned_on.isoformat(),
        **values,
    }


def skill_values(level: int, credits_text: str, certificate: str) -> Row:
    """What a robotics skill certificate adds to a row."""
    return {
        "activity_code": "JN-ROB",
        "title": f"机器人技能 {level} 级",
        "domain": "智",
        "stage": "练",
        "credits": credits_text,
        "skill_subject": "机器人技能",
        "skill_level": str(level),
        "issuer": "机器人工作委员会（示例）",
        "certificate_number": certificate,
    }


def csv_file(rows: Iterable[Row]) -> io.BytesIO:
    """The rows as .csv in UTF-8 with a byte-order mark, as Excel writes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.name for column in COLUMNS])
    writer.writerows([row.get(column.key, "") for column in COLUMNS] for row in rows)
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))


def xlsx_file(rows: Iterable[Row]) -> io.BytesIO:
    """The rows as .xlsx, every cell as text; the same rows give the same bytes."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}) as book:
        book.set_properties({"created": None, "title": "申报单（示例）"})
        sheet = book.add_worksheet("申报单")
        sheet.write_row(0, 0, [column.name for column in COLUMNS])
        for index, row in enumerate(rows, start=1):
            sheet.write_row(index, 0, [row.get(column.key, "") for column in COLUMNS])
        sheet.set_column(0, len(COLUMNS), 16)
    content.seek(0)
    return content
