"""Why a file as a whole is refused: one sentence for each reason, with what to do about it.

A refusal is raised as :class:`InvalidInput`, whose ``reason`` is the code here and whose ``field`` names the place (a
sheet, row, column or part of the file). What is wrong with single rows is a finding, not a refusal.
"""

from typing import Final

from django.utils.translation.trans_null import gettext_noop

from creditbank.errors import ErrorValue, InvalidInput

REFUSALS: Final = {
    "empty-file": gettext_noop("文件是空的。请下载模板，填好后再上传。"),
    "file-too-large": gettext_noop("文件超过 %(limit)s MB。请分成几个文件上传，或改存为 CSV。"),
    "old-excel": gettext_noop("这是旧版 Excel（.xls）文件。请在 Excel 或 WPS 中另存为 .xlsx 或 CSV 后再上传。"),
    "encrypted": gettext_noop("文件设有打开密码，无法读取。请去掉密码另存后再上传。"),
    "not-a-table": gettext_noop("这是 %(kind)s 文件，不是 .xlsx 或 CSV 表格。请使用模板另存后再上传。"),
    "damaged": gettext_noop("文件已损坏或不完整（%(place)s）。请在 Excel 或 WPS 中打开，另存为 .xlsx 后再上传。"),
    "bomb": gettext_noop("文件解压后的大小不正常（%(place)s），没有读取。请在 Excel 或 WPS 中另存为 .xlsx 后再上传。"),
    "xml-entities": gettext_noop("文件内含不允许的 XML 声明（%(place)s）。请在 Excel 或 WPS 中另存为 .xlsx 后再上传。"),
    "too-many-sheets": gettext_noop("工作表超过 %(limit)s 个。请只保留要申报的一个工作表。"),
    "too-many-merges": gettext_noop("工作表“%(sheet)s”中的合并单元格过多或互相重叠。请取消合并后再上传。"),
    "too-many-rows-xlsx": gettext_noop(
        "工作表“%(sheet)s”超过 %(limit)s 行。请另存为 CSV（逗号分隔）后再上传，或分成几个文件。"
    ),
    "too-many-rows": gettext_noop("文件超过 %(limit)s 行。请分成几个文件上传。"),
    "too-many-columns": gettext_noop("第 %(row)s 行超过 %(limit)s 列。请删去多余的列后再上传。"),
    "too-many-columns-xlsx": gettext_noop("工作表“%(sheet)s”超过 %(limit)s 列。请删去多余的列后再上传。"),
    "too-much-text": gettext_noop("工作表“%(sheet)s”的文字总量过大。请删去过长的内容，或另存为 CSV 后再上传。"),
    "cell-too-long": gettext_noop("第 %(row)s 行有单元格超过 %(limit)s 个字。请缩短后再上传。"),
    "line-too-long": gettext_noop("第 %(row)s 行超过 %(limit)s 个字或列数过多，可能没有换行。请检查文件是否按行保存。"),
    "open-quote": gettext_noop("第 %(row)s 行的引号没有配对，后面的内容无法分行。请补上引号或删去多余的引号。"),
    "nul-byte": gettext_noop("第 %(row)s 行含有空字符（NUL），文件可能已损坏。请重新导出后再上传。"),
    "encoding": gettext_noop(
        "第 %(row)s 行的文字编码有误，不是 UTF-8、GB18030 或 UTF-16。请在 Excel 中另存为“CSV UTF-8”后再上传。"
    ),
    "header-missing": gettext_noop(
        "前 %(limit)s 行里没有找到表头。表头要有：%(columns)s。请使用模板，不要改动表头文字。"
    ),
    "columns-missing": gettext_noop("第 %(row)s 行的表头缺少：%(columns)s。请对照模板补上。"),
    "identity-missing": gettext_noop("第 %(row)s 行的表头缺少“证件号码”和“素质教育卡号”，至少要有其中一列。"),
    "columns-duplicate": gettext_noop("第 %(row)s 行的表头有重复的列：%(columns)s。请只保留一列。"),
    "mend-no-marks": gettext_noop(
        "这不是从这份申报单下载的问题行表：没有“%(heading)s”一列。请重新下载，改好后再上传；要换整份文件，请用“换一份文件”。"
    ),
    "mend-row-unmarked": gettext_noop(
        "第 %(row)s 行没有行标记。问题行表里不能添加新行，也不能清掉行标记；新的成果请加在整份文件里。"
    ),
    "mend-mark-changed": gettext_noop("第 %(row)s 行的行标记被改动过，认不出是原来哪一行。请重新下载问题行表。"),
    "mend-other-file": gettext_noop(
        "第 %(row)s 行不属于这份申报单现在的文件：表是从别的申报单，或者从换掉以前的文件下载的。请重新下载问题行表。"
    ),
    "mend-row-twice": gettext_noop("第 %(row)s 行与前面一行是同一行（原第 %(original)s 行）。请只保留一行。"),
    "mend-too-many": gettext_noop("一次最多改 %(limit)s 行。请改整份文件后上传。"),
    "mend-rows-missing": gettext_noop(
        "表里少了 %(count)s 行有问题的行（原第 %(rows)s 行）。没改的请留在表里；确实不报的，请勾选“删掉的行不再申报”。"
    ),
    "mend-columns-missing": gettext_noop("表里少了这些列：%(columns)s。请把列补回来，或重新下载问题行表。"),
    "mend-not-whole": gettext_noop("这是问题行表，只有有问题的行，不能当作整份文件。请用“上传改好的问题行”。"),
    "formula-unplaced": gettext_noop("工作表“%(sheet)s”含有公式，无法确定位置。请复制全表，选择性粘贴为数值后再上传。"),
}


def refusal(code: str, field: str, **data: ErrorValue) -> InvalidInput:
    """The error for a reason of :data:`REFUSALS`; ``field`` names the place."""
    return InvalidInput(REFUSALS[code], code=code, clause=None, field=field, **data)
