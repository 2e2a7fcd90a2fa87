"""Every kind of finding that a file alone can show: its sentence, how to mend it, and how much it weighs.

Messages are Chinese msgids with named places: ``%(column)s`` (the heading), ``%(value)s`` (masked where personal),
``%(row)s``, and the finding's own data.
"""

from dataclasses import dataclass
from typing import Final, Literal

from django.utils.translation.trans_null import gettext_noop

Severity = Literal["error", "notice"]


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A kind of finding: what it says, how to mend it, and whether the row can stand with it."""

    code: str
    message: str
    mend: str
    severity: Severity = "error"


FILE_KINDS: Final = (
    FindingKind("required-missing", gettext_noop("“%(column)s”没有填写。"), gettext_noop("请填写“%(column)s”。")),
    FindingKind(
        "too-long",
        gettext_noop("“%(column)s”超过 %(limit)s 个字。"),
        gettext_noop("请缩短到 %(limit)s 个字以内。"),
    ),
    FindingKind(
        "numeric-identifier",
        gettext_noop("“%(column)s”是数字格式，Excel 只保留 15 位，后面的数字或前面的 0 可能已经丢失。"),
        gettext_noop("请把该列设为文本格式，再按原件重新录入（只改格式找不回丢失的数字）。"),
    ),
    FindingKind(
        "formula",
        gettext_noop("“%(column)s”是公式，系统不采用公式的计算结果。"),
        gettext_noop("请复制该单元格，选择性粘贴为数值。"),
    ),
    FindingKind(
        "wrong-type",
        gettext_noop("“%(column)s”的单元格格式不对（%(type)s）。"),
        gettext_noop("请把单元格设为文本格式后重新填写。"),
    ),
    FindingKind(
        "row-overflows",
        gettext_noop("这一行的单元格比表头多，内容可能错位。"),
        gettext_noop("请检查多出的分隔符；内容中的逗号要用英文双引号括起。"),
    ),
    FindingKind("example-row", gettext_noop("这是模板里的示例行。"), gettext_noop("请删去这一行。")),
    FindingKind(
        "name",
        gettext_noop("姓名“%(value)s”中有数字、符号或看不见的字符，或者过长。"),
        gettext_noop("请按证件上的姓名填写。"),
    ),
    FindingKind(
        "identity-missing",
        gettext_noop("证件号码和素质教育卡号都没有填写。"),
        gettext_noop("请至少填写其中一项。"),
    ),
    FindingKind(
        "document-kind",
        gettext_noop("证件类型“%(value)s”不在可接受的范围内。"),
        gettext_noop("请从模板的下拉列表中选择证件类型。"),
    ),
    FindingKind("document-empty", gettext_noop("证件号码没有填写。"), gettext_noop("请填写证件号码。")),
    FindingKind(
        "document-characters",
        gettext_noop("证件号码 %(value)s 中有数字和字母以外的字符。"),
        gettext_noop("请按证件重新录入号码。"),
    ),
    FindingKind("document-length", gettext_noop("证件号码 %(value)s 的位数不对。"), gettext_noop("请按证件补全号码。")),
    FindingKind(
        "document-format",
        gettext_noop("证件号码 %(value)s 的格式与证件类型不符。"),
        gettext_noop("请核对证件类型和号码。"),
    ),
    FindingKind(
        "document-region",
        gettext_noop("证件号码 %(value)s 的地区代码无效。"),
        gettext_noop("请核对号码的前六位。"),
    ),
    FindingKind(
        "document-birth-date",
        gettext_noop("证件号码 %(value)s 中的出生日期不存在或晚于今天。"),
        gettext_noop("请核对号码中的出生日期。"),
    ),
    FindingKind(
        "document-check-digit",
        gettext_noop("证件号码 %(value)s 的校验位不符，多半是输错了一位。"),
        gettext_noop("请对照证件逐位核对。"),
    ),
    FindingKind(
        "document-kind-mismatch",
        gettext_noop("证件号码 %(value)s 属于另一种证件。"),
        gettext_noop("请更正证件类型。"),
    ),
    FindingKind(
        "card-number-wrong",
        gettext_noop("素质教育卡号 %(value)s 不是有效的 13 位卡号。"),
        gettext_noop("请对照卡面逐位核对。"),
    ),
    FindingKind(
        "code-unreadable",
        gettext_noop("“%(column)s”中有空格或看不见的字符。"),
        gettext_noop("请删去空格后重新填写。"),
    ),
    FindingKind(
        "personal-number",
        gettext_noop("“%(column)s”中有身份证号码。"),
        gettext_noop("身份证号码只填在“证件号码”一栏；请在这里删去，成果编号请换成不含个人信息的编号。"),
    ),
    FindingKind(
        "domain-unknown",
        gettext_noop("五育“%(value)s”无法识别。"),
        gettext_noop("请填写德、智、体、美、劳之一。"),
    ),
    FindingKind("stage-unknown", gettext_noop("环节“%(value)s”无法识别。"), gettext_noop("请填写教、练、赛之一。")),
    FindingKind(
        "level-unknown",
        gettext_noop("级别“%(value)s”无法识别。"),
        gettext_noop("请填写校级、区县级、市级、省级、国家级、国际级之一。"),
    ),
    FindingKind(
        "place-unreadable",
        gettext_noop("名次“%(value)s”无法识别。"),
        gettext_noop("请填写数字，如 1；一等奖等奖项不是名次，请写在备注中。"),
    ),
    FindingKind(
        "date-unreadable",
        gettext_noop("取得日期“%(value)s”不是完整的年月日。"),
        gettext_noop("请写成 2026-03-01 的样子。"),
    ),
    FindingKind(
        "date-two-digit-year",
        gettext_noop("取得日期“%(value)s”的年份只有两位。"),
        gettext_noop("请写出四位年份，如 2026-03-01。"),
    ),
    FindingKind(
        "date-ambiguous",
        gettext_noop("取得日期“%(value)s”分不清哪个是月、哪个是日。"),
        gettext_noop("请按年、月、日的顺序书写，如 2026-03-01。"),
    ),
    FindingKind(
        "date-impossible",
        gettext_noop("取得日期“%(value)s”不存在。"),
        gettext_noop("请核对月份和日期。"),
    ),
    FindingKind("date-too-early", gettext_noop("取得日期“%(value)s”过早。"), gettext_noop("请核对年份。")),
    FindingKind("date-future", gettext_noop("取得日期“%(value)s”晚于今天。"), gettext_noop("请核对日期。")),
    FindingKind(
        "credits-unreadable",
        gettext_noop("学分“%(value)s”不是数字。"),
        gettext_noop("请只填写数字，如 2 或 2.50。"),
    ),
    FindingKind("credits-not-positive", gettext_noop("学分必须大于 0。"), gettext_noop("请核对学分；更正请走冲正。")),
    FindingKind(
        "credits-decimals", gettext_noop("学分“%(value)s”超过两位小数。"), gettext_noop("请保留两位小数以内。")
    ),
    FindingKind("credits-too-large", gettext_noop("学分“%(value)s”过大。"), gettext_noop("请核对学分。")),
    FindingKind(
        "skill-subject-unknown",
        gettext_noop("技能科目“%(value)s”无法识别。"),
        gettext_noop("请填写机器人技能、图形化编程、智能硬件编程、Python编程之一。"),
    ),
    FindingKind(
        "skill-level-unreadable", gettext_noop("技能等级“%(value)s”无法识别。"), gettext_noop("请填写整数，如 3。")
    ),
    FindingKind(
        "skill-level-range",
        gettext_noop("技能等级“%(value)s”超出该科目的 1 至 %(top)s 级。"),
        gettext_noop("请对照证书核对等级。"),
    ),
    FindingKind(
        "skill-incomplete",
        gettext_noop("填写了技能证书，但缺少“%(column)s”。"),
        gettext_noop("技能科目、技能等级、发证机构、证书编号要一起填写。"),
    ),
    FindingKind(
        "honour-incomplete",
        gettext_noop("填写了名次，但缺少“%(column)s”。"),
        gettext_noop("名次、级别、发证机构要一起填写。"),
    ),
    FindingKind(
        "skill-and-place",
        gettext_noop("同一行既填写了技能证书，又填写了名次。"),
        gettext_noop("请分成两行，各用一个成果编号。"),
    ),
    FindingKind(
        "duplicate-in-file",
        gettext_noop("与第 %(first)s 行是同一名学生的同一成果编号。"),
        gettext_noop("请删去重复的行；若是不同成果，请改用不同的成果编号。"),
    ),
)
