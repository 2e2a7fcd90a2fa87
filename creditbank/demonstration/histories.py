"""Two years of returns: each school reports its students once a term, camps and centres report theirs in summer.

Every return goes its whole way: clerk, approver, reviewer, posting. Credits stay under the caps of the shipped scheme.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from creditbank.demonstration.bank import Bank, Member, Pupil
from creditbank.demonstration.files import Reported, Row, csv_file, filled, skill_values
from creditbank.evaluation.actions import approve_return, post_return, review_return, submit_return, upload_return
from creditbank.evaluation.models import CreditReturn

TERMS: Final = 4
SKILLED: Final = 40
TERM_DAYS: Final = 182
CONTEST_OFFICE: Final = "赛事组委会（示例）"


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity of the shipped scheme, as these histories use it: code, words, worth."""

    code: str
    title: str
    domain: str
    stage: str
    credits: str
    level: str = ""
    place: str = ""
    evidence: str = ""


AT_SCHOOL: Final = (
    Activity("DJ01", "品德与法治课程", "德", "教", "2.00"),
    Activity("DL01", "社区志愿服务", "德", "练", "0.50", evidence="服务记录册"),
    Activity("DS01", "主题演讲赛", "德", "赛", "3.00", "区县级", "1"),
    Activity("ZJ01", "科技校本课程", "智", "教", "2.00"),
    Activity("ZJ03", "整本书阅读", "智", "教", "1.50"),
    Activity("ZS01", "科技创新竞赛", "智", "赛", "4.00", "市级", "2"),
    Activity("TJ01", "体育与健康课程", "体", "教", "2.00"),
    Activity("TL01", "阳光体育锻炼", "体", "练", "3.00"),
    Activity("TS01", "校运动会", "体", "赛", "1.50", "校级", "2"),
    Activity("MJ01", "合唱与音乐课程", "美", "教", "2.00"),
    Activity("ML01", "陶艺社团", "美", "练", "2.50"),
    Activity("MS01", "艺术节展演", "美", "赛", "2.00", "区县级", "3"),
    Activity("LJ01", "劳动技术课程", "劳", "教", "2.00"),
    Activity("LL01", "校园责任田", "劳", "练", "1.00"),
)
ELSEWHERE: Final = {
    "YLYD": (
        Activity("DL02", "红色研学实践", "德", "练", "3.00"),
        Activity("ZL02", "科技营地活动", "智", "练", "4.00"),
    ),
    "LSJD": (Activity("LL02", "水稻种植实践", "劳", "练", "3.00"),),
    "HDZX": (Activity("TL02", "冰雪运动体验营", "体", "练", "3.00"),),
    "ZLGX": (Activity("ML02", "青铜器展览研习", "美", "练", "1.00"),),
}


def write_histories(bank: Bank) -> None:
    """The returns of the terms behind ``bank.now``, oldest first."""
    for term in range(TERMS, 0, -1):
        held = (bank.now - timedelta(days=term * TERM_DAYS)).date()
        for member in bank.members.values():
            rows = list(_school_rows(bank, member, held) if member.pupils else _guest_rows(bank, member, held))
            if rows:
                report(bank, member, rows, datetime.combine(held + timedelta(days=20), time(2, 12), UTC))


def give_skills(bank: Bank) -> list[Pupil]:
    """Robotics levels, reported by the sports centre; the first dozen reach level 12. Returns those."""
    centre = bank.members["JJZX"]
    skilled = bank.chance.sample(bank.pupils, min(SKILLED, len(bank.pupils)))
    held = (bank.now - timedelta(days=60)).date()
    rows = []
    for index, pupil in enumerate(skilled):
        level = 12 if index < 12 else bank.chance.randint(2, 11)
        values = skill_values(level, f"{level * 10}.00", f"JN-{held.year}-{index + 1:04d}")
        rows.append(filled(pupil, f"JN-{index + 1:04d}", held, **values))
    report(bank, centre, rows, datetime.combine(held + timedelta(days=9), time(3, 30), UTC), confirm=True)
    return skilled[:12]


def report(bank: Bank, member: Member, rows: Iterable[Row], at: datetime, *, confirm: bool = False) -> CreditReturn:
    """One return, from the file to the passbooks, in the days after ``at``."""
    uploaded = upload(member, rows, at)
    submit_return(actor=member.clerk, at=at + timedelta(minutes=20), number=uploaded.number)
    approve_return(actor=member.approver, at=at + timedelta(hours=6), number=uploaded.number)
    reviewed_at = at + timedelta(days=1, hours=3)
    review_return(
        actor=bank.officers["reviewer"],
        at=reviewed_at,
        number=uploaded.number,
        verdict="accept",
        confirm_attainments=confirm,
    )
    post_return(uploaded.pk, at=reviewed_at + timedelta(minutes=5))
    uploaded.refresh_from_db()
    return uploaded


def upload(member: Member, rows: Iterable[Row], at: datetime) -> CreditReturn:
    """One file, uploaded and checked by the member's clerk."""
    name = f"{at.year}年{at.month}月成果.csv"
    return upload_return(
        actor=member.clerk, at=at, institution=member.institution, stream=csv_file(rows), filename=name
    )


def row_of(pupil: Reported, activity: Activity, number: str, earned_on: date) -> Row:
    """A row about a student who did an activity."""
    return filled(
        pupil,
        number,
        earned_on,
        activity_code=activity.code,
        title=activity.title,
        domain=activity.domain,
        stage=activity.stage,
        credits=activity.credits,
        level=activity.level,
        place=activity.place,
        evidence=activity.evidence,
        issuer=CONTEST_OFFICE if activity.place else "",
    )


def _school_rows(bank: Bank, member: Member, held: date) -> Iterator[Row]:
    for index, pupil in enumerate(member.pupils):
        for activity in bank.chance.sample(AT_SCHOOL, bank.chance.randint(2, 5)):
            day = held + timedelta(days=bank.chance.randint(0, 14))
            yield row_of(pupil, activity, f"{held:%Y%m}-{activity.code}-{index + 1:03d}", day)


def _guest_rows(bank: Bank, member: Member, held: date) -> Iterator[Row]:
    for activity in ELSEWHERE.get(member.institution.code, ()):
        for index, pupil in enumerate(bank.chance.sample(bank.pupils, 18)):
            yield row_of(pupil, activity, f"{held:%Y%m}-{activity.code}-{index + 1:03d}", held + timedelta(days=3))
