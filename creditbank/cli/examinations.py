"""``creditbank examinations``: results by two persons, the question bank, the published rules, figures (R-x.1)."""

from datetime import datetime
from pathlib import Path

import click

from creditbank import clock
from creditbank.cli.acting import account_of_card, acting, as_option
from creditbank.errors import NotFound
from creditbank.examinations.actions import decide_exam_result, record_exam_result
from creditbank.examinations.bank import FORMATS, export_questions, import_questions, read_questions, release_questions
from creditbank.examinations.models import BankQuestion, ExamResult, QuestionState
from creditbank.examinations.reading import published_rules, statistics_of


@click.group()
def examinations() -> None:
    """考试：成绩、题库、办法、统计 · results, question bank, rules, figures."""


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


@examinations.group()
def bank() -> None:
    """题库：导入、导出、放行 · import, export and release questions."""


@bank.command("import")
@click.argument("family")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="文件格式 · format of the file")
@as_option
def import_(family: str, file: Path, form: str, username: str) -> None:
    """把文件里的题写入题库，待放行；有一处问题就什么也不写 · write FILE's questions as drafts, or none of them."""
    reading = read_questions(file.read_bytes(), form, prefix=family)
    for problem in reading.problems:
        click.echo(f"{problem.place}: {problem.message}", err=True)
    rows = import_questions(actor=acting(username, "reviewer"), family=family, reading=reading, at=clock.now())
    click.echo(f"已写入 {len(rows)} 道题 · {len(rows)} questions written")


@bank.command()
@click.argument("family")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="文件格式 · format of the file")
@as_option
def export(family: str, file: Path, form: str, username: str) -> None:
    """把可用的题写成文件，含答案 · write the questions in use to FILE, with their answers."""
    actor = acting(username, "reviewer")
    content, left_out = export_questions(actor=actor, family=family, form=form, at=clock.now())
    file.write_bytes(content)
    for key in left_out:
        click.echo(f"{key}: 这种格式写不下 · not held by this format", err=True)


@bank.command()
@click.argument("family")
@click.argument("keys", nargs=-1)
@as_option
def release(family: str, keys: tuple[str, ...], username: str) -> None:
    """由另一人放行题目；不写编号就放行全部草稿 · release KEYS, or every draft, as another person."""
    drafts = BankQuestion.objects.filter(family=family, state=QuestionState.DRAFT)
    chosen = list(keys) or list(drafts.values_list("key", flat=True))
    count = release_questions(actor=acting(username, "decider"), family=family, keys=chosen, at=clock.now())
    click.echo(f"已放行 {count} 道题 · {count} questions released")


@examinations.command()
def rules() -> None:
    """已公布的考试办法 · the published rules by family."""
    for family, rows in published_rules().items():
        for row in rows:
            click.echo(f"{family} {row.starts_on} {row.minutes} min, {row.retake_days} d")


@examinations.command()
@click.argument("family")
def statistics(family: str) -> None:
    """各题的答对比例和区分度，满 30 份回答才有 · how FAMILY's questions did; figures from 30 answers on."""
    rows = BankQuestion.objects.filter(family=family).exclude(state=QuestionState.DRAFT)
    found = statistics_of(rows.values_list("pk", flat=True))
    for row in rows:
        figures = found.get(row.pk)
        answers = figures.answers if figures else 0
        share, discrimination = (figures.share_right, figures.discrimination) if figures else (None, None)
        click.echo(f"{row.key} {row.revision} {answers} {_figure(share)} {_figure(discrimination)}")


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
