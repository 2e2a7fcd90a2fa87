"""The nineteen columns of a return (申报单), as data: the reader, the checks, the template and the pages share them.

A heading is recognised by its name or an alias after :func:`heading_key`, so case, spaces, full-width letters and a
trailing ``*`` or bracketed note make no difference. The template has this order; a
file may have its own.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.utils.translation.trans_null import gettext_noop


@dataclass(frozen=True, slots=True)
class Column:
    """One column: identifier, Chinese heading (also a msgid), aliases, and what the clerk should write in it.

    ``required`` columns must stand in every file; ``exact`` ones are written as text in Excel, because a number loses
    digits; ``max_chars`` bounds a cell.
    """

    key: str
    name: str
    help: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    personal: bool = False
    exact: bool = False
    max_chars: int = 100


COLUMNS: Final = (
    Column(
        "name",
        gettext_noop("姓名"),
        gettext_noop("与证件上的姓名完全一致。"),
        ("学生姓名", "name", "student name"),
        required=True,
        personal=True,
        max_chars=60,
    ),
    Column(
        "document_kind",
        gettext_noop("证件类型"),
        gettext_noop("从下拉列表中选择；留空时按居民身份证核对。"),
        ("证件种类", "证件名称", "document kind", "id type"),
        max_chars=30,
    ),
    Column(
        "document_number",
        gettext_noop("证件号码"),
        gettext_noop("单元格须为文本格式。证件号码与素质教育卡号至少填写一项。"),
        ("证件号", "身份证号", "身份证号码", "document number", "id number"),
        personal=True,
        exact=True,
        max_chars=40,
    ),
    Column(
        "card_number",
        gettext_noop("素质教育卡号"),
        gettext_noop("13 位数字，单元格须为文本格式。"),
        ("素质教育卡", "卡号", "card number"),
        personal=True,
        exact=True,
        max_chars=40,
    ),
    Column(
        "achievement_number",
        gettext_noop("成果编号"),
        gettext_noop("本单位自编，同一名学生的每项成果各不相同；同一编号不会重复计分。"),
        ("成果号", "achievement number"),
        required=True,
        exact=True,
        max_chars=60,
    ),
    Column(
        "activity_code",
        gettext_noop("活动代码"),
        gettext_noop("评价方案中的活动代码。"),
        ("活动编号", "activity code"),
        required=True,
        max_chars=60,
    ),
    Column(
        "title",
        gettext_noop("成果名称"),
        gettext_noop("学生能看懂的成果名称，会显示在学分存折上。"),
        ("成果", "title"),
        required=True,
        max_chars=120,
    ),
    Column("domain", gettext_noop("五育"), gettext_noop("德、智、体、美、劳之一。"), ("domain",), required=True),
    Column(
        "stage",
        gettext_noop("环节"),
        gettext_noop("教、练、赛之一。"),
        ("教练赛", "stage"),
        required=True,
    ),
    Column(
        "level",
        gettext_noop("级别"),
        gettext_noop("比赛的级别，如校级、市级、全国、国际；填写名次时必填。"),
        ("比赛级别", "level"),
    ),
    Column(
        "place",
        gettext_noop("名次"),
        gettext_noop("如 1、第一名、冠军；不是比赛名次的留空。"),
        ("比赛名次", "place"),
    ),
    Column(
        "earned_on",
        gettext_noop("取得日期"),
        gettext_noop("如 2026-03-01，不能晚于今天。"),
        ("日期", "获得日期", "date", "earned on"),
        required=True,
    ),
    Column(
        "credits",
        gettext_noop("学分"),
        gettext_noop("大于 0，最多两位小数。"),
        ("学分数", "credits"),
        required=True,
    ),
    Column(
        "skill_subject",
        gettext_noop("技能科目"),
        gettext_noop("技能证书的科目；填写后技能等级、发证机构、证书编号必填。"),
        ("skill subject",),
    ),
    Column(
        "skill_level",
        gettext_noop("技能等级"),
        gettext_noop("证书上的等级，整数。"),
        ("skill level",),
    ),
    Column("issuer", gettext_noop("发证机构"), gettext_noop("证书或奖状上的发证机构。"), ("颁发机构", "issuer")),
    Column(
        "certificate_number",
        gettext_noop("证书编号"),
        gettext_noop("证书上的编号，单元格须为文本格式。"),
        ("证书号", "certificate number"),
        exact=True,
    ),
    Column(
        "evidence",
        gettext_noop("佐证"),
        gettext_noop("佐证材料的名称或编号；只作文字记录，系统不会去打开。"),
        ("佐证材料", "evidence"),
        max_chars=200,
    ),
    Column("remark", gettext_noop("备注"), gettext_noop("可不填。"), ("说明", "remark"), max_chars=200),
)

# Stands in the last cell of the template's example row; a row that begins so is not the clerk's own.
EXAMPLE_MARK: Final = gettext_noop("示例行，提交前请删除")

KEYS: Final = tuple(column.key for column in COLUMNS)
COLUMN_BY_KEY: Final = {column.key: column for column in COLUMNS}
INDEX_OF: Final = {key: index for index, key in enumerate(KEYS)}
REQUIRED_KEYS: Final = tuple(column.key for column in COLUMNS if column.required)
EXACT_KEYS: Final = tuple(column.key for column in COLUMNS if column.exact)
IDENTITY_KEYS: Final = ("document_number", "card_number")

_NOTE = re.compile(r"[(\[【（].*?[)\]】）]\s*$")
_NOISE = re.compile(r"[\s*＊:：_]+")


def heading_key(text: str) -> str:
    """The form in which headings are compared: NFKC, case folded, without spaces, stars, colons and a last note."""
    folded = unicodedata.normalize("NFKC", text).casefold().strip().lstrip("\ufeff")
    return _NOISE.sub("", _NOTE.sub("", folded))


_BY_HEADING: Final = {
    heading_key(text): column for column in COLUMNS for text in (column.name, column.key, *column.aliases)
}


def column_of(heading: str) -> Column | None:
    """The column that a heading of a file names, or None for one that is not ours."""
    if not heading or len(heading) > 60:
        return None
    return _BY_HEADING.get(heading_key(heading))
