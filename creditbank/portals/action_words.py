"""Audit records in words: every action and every kind of subject, once for all portals.

An action without words is shown by its code; a test holds the table to the actions that the code writes.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise
# By what they concern; the order is that of the choice above the audit's list.
GROUPS: Final[tuple[tuple[str, Words, Mapping[str, Words]], ...]] = (
    (
        "sight",
        _("查看资料"),
        {
            "personal-data.reveal": _("查看个人资料"),
            "account.look": _("查看户口（隐去资料）"),
            "balance.query": _("凭卡号和证件号码查询余额"),
            "statement.read": _("读取对账单"),
            "records.export": _("导出全部资料"),
            "access.ask": _("申请查阅授权"),
            "access.approve": _("批准查阅申请"),
            "access.refuse": _("不批准查阅申请"),
            "access.withdraw": _("撤回查阅申请"),
            "access.grant": _("批准查阅授权"),
            "access.end": _("结束查阅授权"),
        },
    ),
    (
        "account",
        _("户口与身份"),
        {
            "opening.submit": _("提交开户申请"),
            "opening.check-identity": _("核对开户人身份"),
            "opening.open": _("开立户口"),
            "opening.refuse": _("不予开户"),
            "opening.follow": _("凭编号和代码查看开户申请"),
            "opening.choose-counter": _("选择出示原件的单位"),
            "opening.withdraw": _("撤回开户申请"),
            "duplicate.resolve": _("处理疑似重复"),
            "identity.check": _("核对证件原件"),
            "identity.erase": _("抹除身份资料"),
            "phone.forget": _("删除电话"),
            "card.replace": _("换发素质教育卡"),
            "account.freeze": _("冻结户口"),
            "account.unfreeze": _("解除户口冻结"),
            "account.close": _("销户"),
            "guardian.register": _("监护人注册"),
            "guardian.add": _("登记监护人"),
            "guardian.end": _("结束监护关系"),
            "consent.give": pgettext_lazy("action", "同意"),
            "consent.withdraw": _("撤回同意"),
            "paper-consent.enter": _("录入纸质同意书"),
            "paper-consent.confirm": _("复核纸质同意书"),
            "login.create": _("开设登录"),
            "login.activate": _("开通登录"),
            "login.accept": _("凭邀请码开通登录"),
            "activation.renew": _("重发激活码"),
            "activation.renew-ask": _("申请重发激活码"),
            "activation.renew-refuse": _("不予重发激活码"),
            "correction.ask": _("申请户口更正"),
            "correction.agree": _("同意户口更正"),
            "correction.decline": _("不同意户口更正"),
            "correction.done": _("户口更正办结"),
            "correction.withdraw": _("撤回户口更正"),
        },
    ),
    (
        "return",
        _("申报与学分"),
        {
            "return.upload": _("上传申报单"),
            "return.replace-file": _("更换申报文件"),
            "return.recheck": _("重新校验申报单"),
            "return.mend": _("修改有问题的行"),
            "return.error-sheet": _("下载问题清单"),
            "return.submitted": _("提交申报单"),
            "return.approved": _("单位审批申报单"),
            "return.sent-back": _("退回申报单"),
            "return.accepted": _("申报单审核通过"),
            "return.refused": _("申报单不通过"),
            "return.withdrawn": _("撤回申报单"),
            "return.posted": _("申报单入账"),
            "reversal.ask": _("申请冲正"),
            "reversal.done": _("办理冲正"),
            "reversal.refused": _("不予冲正"),
            "skill.confirmed": _("确认技能证书"),
            "skill.withdrawn": _("不予确认技能证书"),
            "honour.confirmed": _("确认赛事荣誉"),
            "honour.withdrawn": _("不予确认赛事荣誉"),
            "record-exam-result": _("登记考试成绩"),
            "confirm-exam-result": _("确认考试成绩"),
            "refuse-exam-result": _("不予确认考试成绩"),
            "write-question": _("写考题"),
            "release-question": _("放行考题"),
            "retire-question": _("停用考题"),
            "export-questions": _("导出题库"),
            "draft-exam-rules": _("起草考试办法"),
            "publish-exam-rules": _("公布考试办法"),
            "begin-sitting": _("开始考试"),
            "hand-in-sitting": _("交卷"),
            "close-sitting": _("到时自动交卷"),
            "dispute-question": _("对考题提出异议"),
            "propose-ruling": _("提出考题处理意见"),
            "agree-ruling": _("确认考题处理意见"),
            "dismiss-disputes": _("答复考题异议"),
            "ledger.proved": _("逐笔核对，无误"),
            "ledger.broken": _("逐笔核对，有错"),
        },
    ),
    (
        "redemption",
        _("兑换与证书"),
        {
            "apply-for-product": _("提交兑换申请"),
            "guardian-agrees": _("监护人同意申请"),
            "guardian-agrees-on-paper": _("监护人书面同意申请"),
            "guardian-declines": _("监护人不同意申请"),
            "applicant-of-age": _("申请人已成年，自行答复"),
            "withdraw-redemption": _("撤回申请"),
            "expire-redemption": _("申请逾期结束"),
            "review-redemption": _("审核申请"),
            "accept-redemption": _("决定通过申请"),
            "fulfil-redemption": _("登记履行"),
            "no-show": _("登记未到场"),
            "cancel-redemption": _("取消兑换"),
            "cancel-price": _("取消一个产品"),
            "refuse-redemption": _("决定不通过申请"),
            "issue-certificate": _("颁发证书"),
            "certificate-suspended": _("暂停证书"),
            "certificate-valid": _("恢复证书"),
            "certificate-revoked": _("撤销证书"),
        },
    ),
    (
        "house",
        _("单位、人员与制度"),
        {
            "institution.register": _("登记单位"),
            "institution.approve": _("核准单位"),
            "institution.refuse": _("不予核准单位"),
            "institution.approved": _("恢复单位"),
            "institution.suspended": _("暂停单位"),
            "institution.withdrawn": _("单位退出"),
            "staff.appoint": _("安排单位人员"),
            "staff.end": _("结束单位人员角色"),
            "staff.invite": _("邀请工作人员"),
            "office.propose": _("提议岗位"),
            "office.confirm": _("确认岗位"),
            "office.refuse": _("不同意岗位"),
            "office.appoint": _("安排岗位"),
            "office.end": _("结束岗位"),
            "work.take": _("领取事项"),
            "work.assign": _("分派事项"),
            "work.release": _("放回事项"),
            "enrolment.begin": _("列入单位名册"),
            "enrolment.change": _("更改班级"),
            "enrolment.end": _("移出单位名册"),
            "api-key.create": _("生成接口密钥"),
            "api-key.revoke": _("停用接口密钥"),
            "scheme.load": _("载入评价方案"),
            "policy.load": _("载入政策版本"),
            "policy.draft": _("起草政策版本"),
            "policy.announce": _("公布政策版本"),
            "policy.recall": _("撤回政策版本"),
            "policy.in-force": _("政策版本施行"),
            "policy.ended": _("政策版本被取代"),
            "publish-working-days": _("公布工作日历"),
            "publish-notice": _("发布公示"),
            "end-notice": _("公示期满撤下"),
            "withdraw-notice": _("撤回公示"),
            "file-objection": _("提出异议"),
            "read-objection": _("打开异议内容"),
            "uphold-objection": _("认定异议成立"),
            "dismiss-objection": _("认定异议不成立"),
        },
    ),
)
ACTIONS: Final[Mapping[str, Words]] = {name: words for _c, _l, group in GROUPS for name, words in group.items()}
SUBJECTS: Final[Mapping[str, Words]] = {
    "access-request": _("查阅申请"),
    "account": _("户口"),
    "certificate": _("证书"),
    "consent": pgettext_lazy("subject", "同意"),
    "exam-result": _("考试成绩"),
    "institution": _("单位"),
    "ledger": _("账簿"),
    "opening": _("开户申请"),
    "paper-consent": _("纸质同意书"),
    "person": _("人员"),
    "policy-version": _("政策版本"),
    "redemption": _("兑换申请"),
    "return": _("申报单"),
    "return-row": _("申报单的行"),
    "scheme": _("评价方案"),
    "student": _("学生"),
    "working-days": _("工作日历"),
    "exam-rules": _("考试规则"),
    "question": _("考题"),
    "sitting": _("考试场次"),
    "notice": _("公示"),
    "objection": _("异议"),
    "price-schedule": _("价目表"),
    "product": _("产品"),
    # Cases of the inbox, as an assignment names them.
    "duplicate": _("疑似重复"),
    "exam": _("考试成绩"),
    "honour": _("赛事荣誉"),
    "review": _("兑换审核"),
    "decision": _("兑换决定"),
    "reversal": _("冲正"),
    "skill": _("技能证书"),
    "access": _("查阅申请"),
}
ROLES: Final[Mapping[str, Words]] = {
    "student": _("学生"),
    "guardian": _("监护人"),
    "clerk": _("单位经办"),
    "approver": _("单位审批"),
    "reviewer": _("管理小组审核"),
    "decider": _("管理小组核准"),
    "hotline": _("热线坐席"),
    "complaints": _("投诉专员"),
    "auditor": _("审计"),
    "admin": _("系统管理"),
    "staff": _("工作人员"),
    "api": _("单位系统"),
    "public": _("公众查询"),
    "system": _("系统"),
}
FIELDS: Final[Mapping[str, Words]] = {
    "name": _("姓名"),
    "birth_date": _("出生日期"),
    "document_number": _("证件号码"),
    "phone": _("电话"),
    "passbook": _("存折"),
    "purpose": _("目的"),
    "days": _("天数"),
    "starts": _("开始"),
    "ends": _("结束"),
    "state": _("状态"),
}


def action_words(action: str) -> Words:
    """An action in words; by its code when it has none."""
    return ACTIONS.get(action, action)


def subject_words(kind: str) -> Words:
    """A kind of subject in words; by its code when it has none."""
    return SUBJECTS.get(kind, kind)


def role_words(role: str) -> Words:
    """The capacity in which somebody acted, in words."""
    return ROLES.get(role, role)


def field_words(field: str) -> Words:
    """The name of a field in words; by its code when it has none."""
    return FIELDS.get(field, field)
