"""Every kind of finding that needs the bank: who a row is about, what the scheme says, what is credited already."""

from typing import Final

from django.utils.translation.trans_null import gettext_noop

from creditbank.evaluation.finding_kinds import FindingKind

BOOK_KINDS: Final = (
    FindingKind(
        "student-unknown",
        gettext_noop("没有找到与姓名和号码都一致的学分银行户口。"),
        gettext_noop("请核对证件号码或卡号；尚未开户的学生请先办理开户。"),
    ),
    FindingKind(
        "name-differs",
        gettext_noop("姓名“%(value)s”与该号码登记的姓名不一致。"),
        gettext_noop("请按证件核对姓名和号码，一个字也不能差；系统不作猜测。"),
    ),
    FindingKind(
        "card-differs",
        gettext_noop("素质教育卡号 %(value)s 与该证件的有效卡不一致。"),
        gettext_noop("请核对卡号，或只填写证件号码。"),
    ),
    FindingKind(
        "account-not-open",
        gettext_noop("这名学生的户口已冻结或已注销，不能入账。"),
        gettext_noop("请联系管理小组。"),
    ),
    FindingKind(
        "no-scheme",
        gettext_noop("取得日期 %(value)s 没有生效的评价方案。"),
        gettext_noop("请核对日期；评价方案生效以前的成果不能申报。"),
    ),
    FindingKind(
        "activity-unknown",
        gettext_noop("评价方案中没有活动代码“%(value)s”。"),
        gettext_noop("请在评价方案中查到该活动的代码后填写。"),
    ),
    FindingKind(
        "level-not-in-scheme",
        gettext_noop("该活动没有级别“%(value)s”。"),
        gettext_noop("该活动的级别有：%(levels)s。"),
    ),
    FindingKind(
        "place-not-in-scheme",
        gettext_noop("该活动没有名次“%(value)s”的分值。"),
        gettext_noop("请核对名次和活动代码。"),
    ),
    FindingKind(
        "domain-differs",
        gettext_noop("五育“%(value)s”与评价方案不一致。"),
        gettext_noop("该活动在评价方案中属于“%(expected)s”。"),
    ),
    FindingKind(
        "stage-differs",
        gettext_noop("环节“%(value)s”与评价方案不一致。"),
        gettext_noop("该活动在评价方案中属于“%(expected)s”。"),
    ),
    FindingKind(
        "evidence-missing",
        gettext_noop("该活动须填写佐证。"),
        gettext_noop("请填写佐证材料的名称或编号。"),
    ),
    FindingKind(
        "credits-differ",
        gettext_noop("学分 %(value)s 与评价方案不一致。"),
        gettext_noop("该活动的分值是 %(expected)s 学分。"),
    ),
    FindingKind(
        "credits-above-scheme",
        gettext_noop("学分 %(value)s 超过评价方案的上限。"),
        gettext_noop("该活动每次最多 %(expected)s 学分。"),
    ),
    FindingKind(
        "cap-term",
        gettext_noop("超过该活动每学期的上限：上限 %(cap)s，已有 %(used)s。"),
        gettext_noop("本学期最多还能申报 %(left)s 学分，请删去或改报其他活动。"),
    ),
    FindingKind(
        "cap-student",
        gettext_noop("超过该活动每名学生的累计上限：上限 %(cap)s，已有 %(used)s。"),
        gettext_noop("最多还能申报 %(left)s 学分，请删去或改报其他活动。"),
    ),
    FindingKind(
        "skill-expected",
        gettext_noop("这是技能等级活动，但没有填写技能科目和技能等级。"),
        gettext_noop("请填写技能科目、技能等级、发证机构和证书编号。"),
    ),
    FindingKind(
        "skill-not-expected",
        gettext_noop("该活动不是技能等级活动，不能填写技能科目。"),
        gettext_noop("请改用技能等级的活动代码，或删去技能科目和技能等级。"),
    ),
    FindingKind(
        "skill-subject-differs",
        gettext_noop("技能科目“%(value)s”与活动代码不一致。"),
        gettext_noop("请核对活动代码和技能科目。"),
    ),
    FindingKind(
        "skill-credits",
        gettext_noop("学分 %(value)s 不对：每级 %(each)s 学分，每级只计一次。"),
        gettext_noop("尚未计分的级别共 %(levels)s 级，应填 %(expected)s 学分。"),
    ),
    FindingKind(
        "skill-levels-credited",
        gettext_noop("该科目 1 至 %(value)s 级都已计分。"),
        gettext_noop("每级只计一次，请删去这一行。"),
    ),
    FindingKind(
        "place-expected",
        gettext_noop("这是赛事荣誉活动，但没有填写名次。"),
        gettext_noop("请填写名次、级别和发证机构。"),
    ),
    FindingKind(
        "already-credited",
        gettext_noop("成果编号“%(value)s”已经为这名学生入账，不会重复计分。"),
        gettext_noop("请删去这一行。"),
    ),
    FindingKind(
        "credited-differently",
        gettext_noop("成果编号“%(value)s”已经入账，但“%(field)s”不同。"),
        gettext_noop("如需更正，请先申请冲正；冲正后再用同一编号申报，系统按更正后的成果入账。"),
    ),
    FindingKind(
        "in-another-return",
        gettext_noop("成果编号“%(value)s”已在申报单 %(number)s 中申报。"),
        gettext_noop("请删去这一行，或先撤回另一份申报单。"),
    ),
    FindingKind(
        "corrected-again",
        gettext_noop("成果编号“%(value)s”此前已冲正，这一行按第 %(revision)s 次登记入账。"),
        gettext_noop("请确认这是更正后的成果。"),
        severity="notice",
    ),
    FindingKind(
        "file-stopped",
        gettext_noop("文件没有读完：%(value)s"),
        gettext_noop("请按提示修改文件后重新上传。"),
    ),
    FindingKind(
        "too-many-findings",
        gettext_noop("问题超过 %(limit)s 处，从第 %(row)s 行起没有再检查。"),
        gettext_noop("这么多问题多半出自同一处，请先改表头、格式或证件类型，再上传整份文件。"),
    ),
    FindingKind("no-rows", gettext_noop("文件里没有可申报的行。"), gettext_noop("请从表头下一行起填写成果。")),
)
