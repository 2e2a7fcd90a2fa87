"""Makes return files for the tests, row by row, as a clerk would fill them."""

import csv
import io

from creditbank.audit.actor import Actor
from creditbank.evaluation.actions import approve_return, post_return, review_return, submit_return, upload_return
from creditbank.evaluation.columns import COLUMNS
from creditbank.evaluation.models import CreditReturn
from creditbank.evaluation.upload_check import run_check
from tests.cast import AT, Cast, Pupil

Row = dict[str, str]


def row(pupil: Pupil, number: str, **changes: str) -> Row:
    """A good row: 2 credits of 科技校本课程 on 1 March 2026. Keys are those of ``columns``."""
    filled = {
        "name": pupil.name,
        "document_kind": "居民身份证",
        "document_number": pupil.number,
        "achievement_number": number,
        "activity_code": "ZJ01",
        "title": "科技校本课程",
        "domain": "智",
        "stage": "教",
        "earned_on": "2026-03-01",
        "credits": "2.00",
    }
    if not pupil.number:
        filled |= {"document_kind": "", "card_number": pupil.card}
    return {**filled, **changes}


def skill(pupil: Pupil, number: str, level: int, credits_text: str, **changes: str) -> Row:
    """A row that reports a robotics skill certificate."""
    return row(
        pupil,
        number,
        **{
            "activity_code": "JN-ROB",
            "title": f"机器人技能{level}级",
            "stage": "练",
            "credits": credits_text,
            "skill_subject": "机器人技能",
            "skill_level": str(level),
            "issuer": "示例机器人协会",
            "certificate_number": f"ZS-{number}",
            **changes,
        },
    )


def honour(pupil: Pupil, number: str, **changes: str) -> Row:
    """A row that reports a first place at the exchange, in robotics."""
    return row(
        pupil,
        number,
        **{
            "activity_code": "RY-EX-ROB",
            "title": "国际青少年机器人交流活动足球赛",
            "stage": "赛",
            "level": "国际级",
            "place": "1",
            "credits": "20.00",
            "issuer": "交流活动组委会办公室",
            "certificate_number": f"RY-{number}",
            **changes,
        },
    )


def csv_file(*rows: Row) -> io.BytesIO:
    """The rows as a CSV file with the headings of the template."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.name for column in COLUMNS])
    writer.writerows([each.get(column.key, "") for column in COLUMNS] for each in rows)
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))


def uploaded(cast: Cast, *rows: Row, by: Actor | None = None) -> CreditReturn:
    """A return of the school with these rows, checked."""
    return upload_return(
        actor=by or cast.clerk, at=AT, institution=cast.school, stream=csv_file(*rows), filename="申报.csv"
    )


def submitted(cast: Cast, *rows: Row) -> CreditReturn:
    """A clean return, submitted by the clerk."""
    credit_return = uploaded(cast, *rows)
    if run_check(credit_return.pk):
        # A large file: what the worker would do.
        credit_return.refresh_from_db()
    assert credit_return.state == "ready", credit_return.findings_by_code
    return submit_return(actor=cast.clerk, at=AT, number=credit_return.number)


def accepted(cast: Cast, *rows: Row, confirm_attainments: bool = False) -> CreditReturn:
    """A return that the office accepted; its posting waits in the queue."""
    number = submitted(cast, *rows).number
    approve_return(actor=cast.approver, at=AT, number=number)
    return review_return(
        actor=cast.reviewer, at=AT, number=number, verdict="accept", confirm_attainments=confirm_attainments
    )


def posted(cast: Cast, *rows: Row, confirm_attainments: bool = False) -> CreditReturn:
    """A return that is in the books."""
    credit_return = accepted(cast, *rows, confirm_attainments=confirm_attainments)
    assert post_return(credit_return.pk, at=AT)
    credit_return.refresh_from_db()
    return credit_return
