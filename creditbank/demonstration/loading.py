"""Load the whole demonstration, in order; refuses a bank that has accounts already."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from creditbank import ids
from creditbank.demonstration.bank import PASSWORD, Pupil, found_bank
from creditbank.demonstration.examinations import hold_examinations
from creditbank.demonstration.families import open_families
from creditbank.demonstration.histories import give_skills, write_histories
from creditbank.demonstration.main_job import Done, Say, give_first_her_past, open_class, run_main_job
from creditbank.demonstration.on_notice import put_on_notice
from creditbank.demonstration.open_work import leave_open_work
from creditbank.demonstration.prices import leave_priced_work, publish_sample_prices
from creditbank.demonstration.second_persons import leave_second_persons_work
from creditbank.errors import Conflict
from creditbank.people.consents import load_shipped_texts
from creditbank.people.guardians import guardians_of
from creditbank.people.logins import activate_login
from creditbank.people.models import Account
from creditbank.rulebook.actions import load_shipped_versions

SEED: Final = 20210901
HISTORY_DAYS: Final = 800
# The main job happens a while before the moment of loading, so that nothing of it lies in the future.
HEAD_START: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Login:
    """A login of the demonstration: the part it plays, and its user name; the password is the same for all."""

    part: str
    username: str
    needs_code: bool


def load_demonstration(*, now: datetime, say: Say, seed: int = SEED, divisor: int = 1) -> Done:
    """Make everything and run the main job once; ``divisor`` makes a smaller bank (tests).

    Raises ``Conflict`` when the bank has accounts.
    """
    if Account.objects.exists():
        raise Conflict("这个库里已经有户口，不能装入示例数据。")
    load_shipped_versions(at=now)
    load_shipped_texts()
    with ids.drawn_from(seed):
        moment, since = now - HEAD_START, now - timedelta(days=HISTORY_DAYS)
        bank = found_bank(seed=seed, now=moment, since=since, divisor=divisor)
        say(f"{len(bank.members)} 家示例单位")
        pupils = open_class(bank, since)
        open_families(bank, since)
        say(f"{len(bank.pupils) + len(pupils)} 名示例学生")
        write_histories(bank)
        ready = give_skills(bank)
        give_first_her_past(bank, pupils[0])
        say("历次申报已入账")
        leave_open_work(bank, ready)
        leave_second_persons_work(bank, pupils[0])
        put_on_notice(bank)
        publish_sample_prices(bank)
        leave_priced_work(bank, ready[10:])
        say("各收件箱的待办已备好")
        log_in_family(pupils[0])
        done = run_main_job(bank, pupils, say)
        hold_examinations(bank, pupils)
        say("两类证书的题库、考试办法和几份试卷已备好")
    return done


def sample_logins() -> list[Login]:
    """One login per part."""
    return [
        Login("学生 student", "student", needs_code=False),
        Login("监护人 guardian", "guardian", needs_code=False),
        Login("学校经办 clerk", "clerk-basy", needs_code=True),
        Login("学校审批 approver", "approver-basy", needs_code=True),
        Login("审核员 reviewer", "reviewer", needs_code=True),
        Login("审核员 reviewer", "reviewer2", needs_code=True),
        Login("核准人 decider", "decider", needs_code=True),
        Login("热线坐席 hotline", "hotline", needs_code=True),
        Login("审计员 auditor", "auditor", needs_code=True),
        Login("系统管理员 admin", "admin", needs_code=True),
    ]


def log_in_family(pupil: Pupil) -> None:
    """The first student and her guardian activate their logins with the codes of the opening slip."""
    assert guardians_of(pupil.account.student), "the first student is a minor with a guardian"
    within = pupil.account.opened_at + timedelta(days=1)
    for username, code in zip(("student", "guardian"), pupil.codes, strict=True):
        activate_login(at=within, card_number=pupil.card_number, code=code, username=username, password=PASSWORD)
