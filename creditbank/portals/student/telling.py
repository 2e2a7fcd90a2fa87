"""Audit records in words: who looked at what and why, and what was done to the account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditbank.audit.models import AuditRecord
from creditbank.people.access import REVEAL, Sight

Words = str | Promise
ROLES: Final[Mapping[str, Words]] = {
    "student": gettext_lazy("学生"),
    "guardian": gettext_lazy("监护人"),
    "clerk": gettext_lazy("单位经办"),
    "approver": gettext_lazy("单位审批"),
    "reviewer": gettext_lazy("管理小组审核"),
    "decider": gettext_lazy("管理小组核准"),
    "hotline": gettext_lazy("热线坐席"),
    "auditor": gettext_lazy("审计"),
    "admin": gettext_lazy("系统管理"),
    "api": gettext_lazy("单位系统"),
    "public": gettext_lazy("公众查询"),
    "system": gettext_lazy("系统"),
}
FIELDS: Final[Mapping[str, Words]] = {
    "name": gettext_lazy("姓名"),
    "birth_date": gettext_lazy("出生日期"),
    "document_number": gettext_lazy("证件号码"),
    "phone": gettext_lazy("电话"),
    "passbook": gettext_lazy("存折"),
}
ACTIONS: Final[Mapping[str, Words]] = {
    REVEAL: gettext_lazy("查看个人资料"),
    "balance.query": gettext_lazy("凭卡号和证件号码查询余额"),
    "login.activate": gettext_lazy("开通登录"),
    "activation.renew": gettext_lazy("重发激活码"),
    "card.replace": gettext_lazy("换发素质教育卡"),
    "guardian.add": gettext_lazy("登记监护人"),
    "guardian.end": gettext_lazy("结束监护关系"),
    "opening.open": gettext_lazy("开立户口"),
    "identity.check": gettext_lazy("核对证件原件"),
    "consent.give": gettext_lazy("同意"),
    "consent.withdraw": gettext_lazy("撤回同意"),
    "access.grant": gettext_lazy("批准查阅授权"),
    "access.end": gettext_lazy("结束查阅授权"),
    "account.freeze": gettext_lazy("冻结户口"),
    "account.unfreeze": gettext_lazy("解除户口冻结"),
    "account.close": gettext_lazy("销户"),
    "enrolment.begin": gettext_lazy("列入单位名册"),
    "enrolment.end": gettext_lazy("移出单位名册"),
    "records.export": gettext_lazy("导出全部资料"),
    "apply-for-product": gettext_lazy("提交兑换申请"),
    "guardian-agrees": gettext_lazy("监护人同意申请"),
    "guardian-declines": gettext_lazy("监护人不同意申请"),
    "withdraw-redemption": gettext_lazy("撤回申请"),
    "expire-redemption": gettext_lazy("申请逾期结束"),
    "review-redemption": gettext_lazy("审核申请"),
    "accept-redemption": gettext_lazy("决定通过申请"),
    "refuse-redemption": gettext_lazy("决定不通过申请"),
    "issue-certificate": gettext_lazy("颁发证书"),
    "certificate-suspended": gettext_lazy("暂停证书"),
    "certificate-valid": gettext_lazy("恢复证书"),
    "certificate-revoked": gettext_lazy("撤销证书"),
}
_NUMBERED: Final = frozenset({"redemption", "certificate", "opening", "return"})


@dataclass(frozen=True, slots=True)
class ToldSight:
    """One look at personal data, in words."""

    at: datetime
    who: str
    role_label: Words
    field_labels: str
    reason: str


@dataclass(frozen=True, slots=True)
class ToldRecord:
    """One action on the account, in words; ``number`` where the thing has one that people know."""

    at: datetime
    words: Words
    role_label: Words
    number: str
    clause: str


def told_sight(sight: Sight) -> ToldSight:
    """A look in words."""
    return ToldSight(
        at=sight.at,
        who=sight.who,
        role_label=ROLES.get(sight.role, sight.role),
        field_labels=_("、").join(str(FIELDS.get(name, name)) for name in sight.fields),
        reason=_reason(sight),
    )


def told_record(record: AuditRecord) -> ToldRecord:
    """An audit record in words; an action without words of its own is named by its code."""
    return ToldRecord(
        at=record.at,
        words=ACTIONS.get(record.action, record.action),
        role_label=ROLES.get(record.actor_role, record.actor_role),
        number=record.subject_id if record.subject_kind in _NUMBERED else "",
        clause=record.clause,
    )


def _reason(sight: Sight) -> str:
    if not sight.case:
        return _("监护人查看") if sight.role == "guardian" else "—"
    if "-" in sight.case:
        return _("在办事项 %(number)s") % {"number": sight.case}
    return _("查阅授权 %(number)s") % {"number": sight.case}
