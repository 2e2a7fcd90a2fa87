"""What is on public notice in the demonstration: redemptions, an objection to one, and a policy that is a draft."""

from datetime import timedelta

from creditbank.clock import today
from creditbank.demonstration.bank import Bank
from creditbank.notices.actions import file_objection
from creditbank.policy.text import Text
from creditbank.redemption.disclosure import disclose_redemptions
from creditbank.rulebook.publishing import Choice, NewValue, draft_version, law_with
from creditbank.rulebook.reading import version_on


def put_on_notice(bank: Bank) -> None:
    """One notice with an objection, and a draft, which decides nothing."""
    at = bank.now - timedelta(hours=6)
    notice = disclose_redemptions(actor=bank.officers["reviewer"], at=at)
    file_objection(
        line=notice.lines.earliest("pk"),
        text="听说这名学生的考试成绩登记有误，请再核对一次。（示例）",
        contact="",
        at=at + timedelta(hours=2),
    )
    day = today(bank.now) + timedelta(days=60)
    law = law_with(
        version_on(today(bank.now)),
        [Choice("I-12", "other-days", 7)],
        code=day.isoformat(),
        title=Text("示例草案：公示改为 7 个工作日", "Sample draft: notices of 7 working days"),
        in_force_on=day,
        values=[NewValue("exam_pass_mark", "65")],
    )
    draft_version(actor=bank.officers["reviewer"], law=law, at=at)
