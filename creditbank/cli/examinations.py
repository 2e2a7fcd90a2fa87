"""``creditbank examinations``: record a result, and confirm it as a second person (R-x.1)."""

from datetime import datetime

import click

from creditbank import clock
from creditbank.cli.acting import account_of_card, acting, as_option
from creditbank.errors import NotFound
from creditbank.examinations.actions import decide_exam_result, record_exam_result
from creditbank.examinations.models import ExamResult


@click.group()
def examinations() -> None:
    """考试成绩：登记与复核 · record and confirm results."""


@examinations.command()
@click.argument("card")
@click.argument("family")
@click.argument("score", type=click.IntRange(0, 100))
@click.argument("taken_on", type=click.DateTime(["%Y-%m-%d"]))
@as_option
def record(card: str, family: str, score: int, taken_on: datetime, username: str) -> None:
    """登记成绩，满分 100 · record the SCORE of CARD's holder in FAMILY's examination (a day like 2026-03-01)."""
    result = record_exam_result(
        actor=acting(username, "reviewer"),
        account=account_of_card(card),
        family=family,
        score=score,
        taken_on=taken_on.date(),
        at=clock.now(),
    )
    click.echo(f"{result.pk} {result.state}")


@examinations.command()
@click.argument("result", type=int)
@as_option
@click.option("--refuse", is_flag=True, help="不予确认 · refuse it")
def confirm(result: int, username: str, refuse: bool) -> None:
    """由另一人复核成绩 · confirm RESULT (the number that recording it printed), as another person."""
    found = ExamResult.objects.filter(pk=result).first()
    if found is None:
        raise NotFound("没有这条成绩。", field="result")
    decided = decide_exam_result(actor=acting(username, "decider"), result=found, confirm=not refuse, at=clock.now())
    click.echo(f"{decided.pk} {decided.state}")
