"""Prices as an Excel table: one row a price with the seats and the money it draws from, columns by their heading."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import python_calamine
import xlsxwriter

from creditbank.catalogue.models import Allotment, Price
from creditbank.catalogue.terms import PriceTerms
from creditbank.errors import InvalidInput
from creditbank.policy.amounts import format_hundredths, parse_hundredths

LARGEST_BYTES: Final = 2 << 20
LARGEST_SHEETS: Final = 32 << 20
MOST_ROWS: Final = 2_000
MOST_COLUMNS: Final = 60
CLASS_NAMES: Final = {"full": "全价", "half": "半价", "subsidised": "补贴价"}
_CLASSES: Final = {"": "", **{name: code for code, name in CLASS_NAMES.items()}, **{code: code for code in CLASS_NAMES}}
COLUMNS: Final[Mapping[str, str]] = {
    "product": "产品代码",
    "price_class": "价位",
    "credits": "学分",
    "cash_part": "自付（元）",
    "charge": "联盟支出（元）",
    "opens_on": "申请开始",
    "closes_on": "申请结束",
    "happens_on": "出行日期",
    "seats": "名额代码",
    "seats_total": "名额总数",
    "budget": "经费代码",
    "budget_total": "经费总额（元）",
    "from_age": "年龄从",
    "to_age": "年龄到",
    "places": "地区代码",
    "institutions": "单位代码",
    "note": "说明",
}
REQUIRED: Final = ("product", "credits")
_CELL: Final = re.compile(rb"""\br=["']([A-Z]{1,4})([0-9]{1,8})["']""")
_ROW: Final = re.compile(rb"<(?:\w+:)?(?:c|row)[ >/]")
_LIST: Final = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class AllotmentTerms:
    """Something scarce as the sheet names it: seats one by one, money in fen."""

    code: str
    unit: str
    total: int


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that could be read: where it stands, the price, and what it draws from."""

    number: int
    terms: PriceTerms
    allotments: tuple[AllotmentTerms, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that can't be taken; ``message`` is a Chinese msgid with ``data``, ``field`` a key of :data:`COLUMNS`."""

    row: int
    field: str
    message: str
    data: Mapping[str, str | int] | None = None


@dataclass(frozen=True, slots=True)
class SheetReading:
    """The rows of a sheet that could be read, and what is wrong with every other one."""

    rows: tuple[SheetRow, ...]
    problems: tuple[Problem, ...]


def read_price_sheet(data: bytes) -> SheetReading:
    """The first sheet of an .xlsx. Raises ``InvalidInput`` for what is none, is too large, or lacks a column."""
    table = _table(data)
    if not table:
        raise InvalidInput("文件里没有价目。", field="file")
    header = [_shown(cell) for cell in table[0][:MOST_COLUMNS]]
    for key in REQUIRED:
        if header.count(COLUMNS[key]) != 1:
            raise InvalidInput("缺少这一列，或有两列：%(column)s", field="file", column=COLUMNS[key])
    keys = {title: key for key, title in COLUMNS.items()}
    rows: list[SheetRow] = []
    problems: list[Problem] = []
    for number, cells in enumerate(table[1:], start=2):
        given = {keys[title]: _shown(cell) for title, cell in zip(header, cells, strict=False) if title in keys}
        if not any(given.values()):
            continue
        try:
            rows.append(_row(number, given))
        except InvalidInput as error:
            problems.append(problem_of(number, error))
    if len(rows) + len(problems) > MOST_ROWS:
        raise InvalidInput("一份价目表里的价目太多。", field="file")
    return SheetReading(tuple(rows), tuple(problems))


def problem_of(row: int, error: InvalidInput) -> Problem:
    """What a refusal says of a row."""
    data = {key: value for key, value in error.data.items() if isinstance(value, str | int)}
    return Problem(row, str(error.data.get("field", "")), error.message, data)


def write_price_sheet(prices: Iterable[Price]) -> bytes:
    """The prices as .xlsx, every cell a text; :func:`read_price_sheet` reads back the same."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("价目")
    heading = book.add_format({"bold": True, "bottom": 1})
    for column, title in enumerate(COLUMNS.values()):
        sheet.write_string(0, column, title, heading)
    for number, price in enumerate(prices, start=1):
        cells = cells_of(price)
        for column, key in enumerate(COLUMNS):
            sheet.write_string(number, column, cells.get(key, ""))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(COLUMNS) - 1, 14)
    book.close()
    return target.getvalue()


def cells_of(price: Price) -> dict[str, str]:
    """A price as the texts of its row, by the keys of :data:`COLUMNS`."""
    seats, budget = price.seats, price.budget
    days = ("opens_on", "closes_on", "happens_on")
    return {
        "product": price.product,
        "price_class": CLASS_NAMES.get(price.price_class, ""),
        "credits": format_hundredths(price.credits_hundredths),
        "cash_part": format_hundredths(price.cash_part_fen) if price.cash_part_fen else "",
        "charge": format_hundredths(price.charge_fen) if price.charge_fen else "",
        **{key: day.isoformat() if (day := getattr(price, key)) else "" for key in days},
        "seats": seats.code if seats else "",
        "seats_total": total_text(seats),
        "budget": budget.code if budget else "",
        "budget_total": total_text(budget),
        "from_age": "" if price.from_age is None else str(price.from_age),
        "to_age": "" if price.to_age is None else str(price.to_age),
        "places": "、".join(price.places),
        "institutions": "、".join(price.institutions),
        "note": price.note,
    }


def total_text(allotment: Allotment | None) -> str:
    """The whole of an allotment, as people write it: seats as a number, money in yuan."""
    if allotment is None:
        return ""
    return str(allotment.total) if allotment.unit == "seats" else format_hundredths(allotment.total)


def terms_of(given: Mapping[str, str]) -> PriceTerms:
    """The terms that texts by the keys of :data:`COLUMNS` say. Raises ``InvalidInput`` that names the field."""
    price_class = given.get("price_class", "")
    if price_class not in _CLASSES:
        raise InvalidInput("价位须是全价、半价或补贴价。", field="price_class")
    if not given.get("product"):
        raise InvalidInput("请写产品代码。", field="product")
    return PriceTerms(
        product=given["product"],
        price_class=_CLASSES[price_class],
        credits_hundredths=_amount(given, "credits"),
        cash_part_fen=_amount(given, "cash_part"),
        charge_fen=_amount(given, "charge"),
        opens_on=_day(given, "opens_on"),
        closes_on=_day(given, "closes_on"),
        happens_on=_day(given, "happens_on"),
        seats=given.get("seats", ""),
        budget=given.get("budget", ""),
        from_age=_age(given, "from_age"),
        to_age=_age(given, "to_age"),
        places=_list(given, "places"),
        institutions=_list(given, "institutions"),
        note=given.get("note", "")[:200],
    )


def _row(number: int, given: Mapping[str, str]) -> SheetRow:
    found: list[AllotmentTerms] = []
    if given.get("seats"):
        total = given.get("seats_total", "")
        if not re.fullmatch(r"[0-9]{1,7}", total):
            raise InvalidInput("名额总数须是数字。", field="seats_total")
        found.append(AllotmentTerms(given["seats"], "seats", int(total)))
    if given.get("budget"):
        found.append(AllotmentTerms(given["budget"], "fen", _amount(given, "budget_total")))
    return SheetRow(number, terms_of(given), tuple(found))


def _amount(given: Mapping[str, str], field: str) -> int:
    text = given.get(field, "").replace(",", "").replace("，", "") or "0"
    amount = parse_hundredths(text)
    if amount is None:
        raise InvalidInput("须是数字，最多两位小数。", field=field)
    return amount


def _day(given: Mapping[str, str], field: str) -> date | None:
    text = given.get(field, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("日期须写成 2026-03-01 的样子。", field=field) from error
    if not 2000 <= day.year < 2200:
        raise InvalidInput("日期须写成 2026-03-01 的样子。", field=field)
    return day


def _age(given: Mapping[str, str], field: str) -> int | None:
    text = given.get(field, "")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", text):
        raise InvalidInput("年龄范围有误。", field=field)
    return int(text)


def _list(given: Mapping[str, str], field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in _LIST.split(given.get(field, "")) if part))


def _table(data: bytes) -> Sequence[Sequence[object]]:
    if len(data) > LARGEST_BYTES:
        raise InvalidInput("文件不能超过 %(limit)s MB。", field="file", limit=LARGEST_BYTES >> 20)
    try:
        _look_over(data)
        book = python_calamine.load_workbook(io.BytesIO(data))
        return _calm(lambda: book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=MOST_ROWS * 2))
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError, IndexError, KeyError) as error:
        raise InvalidInput("这不是可以打开的 Excel 文件。", field="file") from error


def _calm(read: Callable[[], Sequence[Sequence[object]]]) -> Sequence[Sequence[object]]:
    try:
        return read()
    except BaseException as problem:
        # A panic inside the Rust library arrives as a BaseException of its own, which no other name can catch.
        if type(problem).__name__ != "PanicException":
            raise
        raise InvalidInput("这不是可以打开的 Excel 文件。", field="file") from problem


def _look_over(data: bytes) -> None:
    """Refuse what would not stay small: the reader lays a sheet out as a full rectangle."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if "xl/workbook.xml" not in archive.namelist() or len(parts) > 200:
            raise InvalidInput("这不是可以打开的 Excel 文件。", field="file")
        if sum(part.file_size for part in parts) > LARGEST_SHEETS:
            raise InvalidInput("文件里的内容太多。", field="file")
        for part in parts:
            if not part.filename.startswith("xl/worksheets/") or not part.filename.endswith(".xml"):
                continue
            text = archive.read(part)
            far = any(len(column) > 2 or int(row) > MOST_ROWS * 2 for column, row in _CELL.findall(text))
            if far or len(_ROW.findall(text)) > MOST_ROWS * MOST_COLUMNS * 2:
                raise InvalidInput("文件里的内容太多。", field="file")


def _shown(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    return str(cell).strip()[:400]
